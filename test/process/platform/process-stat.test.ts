import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { readProcessStat } from '../../../src/platform/process/process-stat.ts';

test.runIf(process.platform === 'linux')('reads the parent and the start of a process', () => {
  const stat = readProcessStat(process.pid);

  expect(stat?.parent).toBe(process.ppid);
  expect(stat?.startedAt).toMatch(/^\d+$/);
});

test('returns null for a process that has ended', async () => {
  const child = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' });
  await once(child, 'exit');

  expect(readProcessStat(child.pid ?? 0)).toBeNull();
});
