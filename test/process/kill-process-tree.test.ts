import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test, vi } from 'vitest';
import { killProcessTree } from '../../src/platform/process/kill-process-tree.ts';
import { identifyProcess } from '../../src/platform/process/process-identity.ts';

vi.mock('../../src/platform/process/process-table.ts', () => ({
  readProcessTable() {
    throw Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' });
  },
}));

test('kills a worker even if the process table cannot be read', async () => {
  const worker = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
    detached: true,
    stdio: 'ignore',
  });
  const ended = once(worker, 'exit');

  killProcessTree({ leader: identifyProcess(worker.pid ?? 0), envTag: 'NONE=none' }, true);

  expect(await ended).toEqual([null, 'SIGKILL']);
});
