import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { recordCheckpoint } from '../src/app/record-checkpoint.ts';
import { ended, launched, opened, started } from './support/run-events.ts';
import { append, storeRun } from './support/stored-run.ts';
import { makeTempDir } from './support/temp-dir.ts';

const PROJECT = join(import.meta.dirname, '..');
const now = () => new Date().toISOString();

/** `bin/swarm` on a terminal of its own. */
function onTerminal(args: string, cwd: string) {
  const command = `stty cols 80 rows 20; '${process.execPath}' '${PROJECT}/bin/swarm' ${args}`;
  const env = { PATH: process.env.PATH, HOME: cwd, TERM: 'xterm', NO_COLOR: '1' };
  const child = spawn('script', ['-qec', command, '/dev/null'], { cwd, env });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  const code = new Promise<number | null>((resolve) => child.on('close', resolve));
  const shows = async (part: string) => {
    for (let tries = 0; !text.includes(part); tries++) {
      if (tries > 500) throw new Error(`no "${part}" in: ${text}`);
      await sleep(20);
    }
  };
  return { code, shows, text: () => text };
}

it('swarm status shows a run at work live on a terminal, until it ends', async () => {
  await using dir = await makeTempDir();
  const at = now();
  const { paths } = storeRun(dir.path, [
    opened(['a'], { at }),
    launched('a', { at }),
    started('a', { at }),
  ]);
  const terminal = onTerminal('status', dir.path);
  await terminal.shows('░░░░░░░░░░');
  recordCheckpoint(dir.path, `${paths.run}/a`, '50', 'half of it', now);
  await terminal.shows('half of it');
  append(paths, ended('a', { at: now() }));
  await terminal.shows('1 of 1 task completed');
  expect(await terminal.code).toBe(0);
});

it('swarm status --no-follow shows it once, and so it does without a terminal', async () => {
  await using dir = await makeTempDir();
  storeRun(dir.path, [opened(['a'], { at: now() }), launched('a', { at: now() })]);
  const terminal = onTerminal('status --no-follow', dir.path);
  expect(await terminal.code).toBe(0);
  expect(terminal.text()).toContain('◐ a');
  const piped = onTerminal('status | cat', dir.path);
  expect(await piped.code).toBe(0);
});
