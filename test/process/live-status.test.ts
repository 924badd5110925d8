import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { recordCheckpoint } from '../../src/operations/record-checkpoint.ts';
import { registerCleanUp } from '../support/clean-up.ts';
import { makeHost } from '../support/host.ts';
import { ended, launched, opened, started } from '../support/run-events.ts';
import { append, storeRun } from '../support/stored-run.ts';
import { makeTempDir } from '../support/temp-dir.ts';
import { waitUntil } from '../support/wait-until.ts';

const PROJECT = join(import.meta.dirname, '../..');
const now = () => new Date().toISOString();

/** `bin/swarm` on a terminal of its own. */
function onTerminal(args: string, cwd: string) {
  const command = `stty cols 80 rows 20; '${process.execPath}' '${PROJECT}/bin/swarm' ${args}`;
  const env = { PATH: process.env.PATH, HOME: cwd, TERM: 'xterm', NO_COLOR: '1' };
  const child = spawn('script', ['-qec', command, '/dev/null'], { cwd, env });
  registerCleanUp(() => void child.kill('SIGKILL'));
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  const code = new Promise<number | null>((resolve) => child.on('close', resolve));
  const shows = async (part: string) => {
    await waitUntil(() => text.includes(part), { what: part, state: () => text });
  };
  return { code, shows, text: () => text };
}

it('swarm status follows a running run on a terminal until it ends', async () => {
  await using dir = await makeTempDir();
  const at = now();
  const { paths } = storeRun(dir.path, [
    opened(['a'], { at }),
    launched('a', { at }),
    started('a', { at }),
  ]);
  const terminal = onTerminal('status', dir.path);
  await terminal.shows('░░░░░░░░░░');
  recordCheckpoint(makeHost(dir.path, { now }), `${paths.run}/a`, '50', 'half of it');
  await terminal.shows('half of it');
  append(paths, ended('a', { at: now() }));
  await terminal.shows('1 of 1 task completed');
  expect(await terminal.code).toBe(0);
});

it('swarm status prints once with --no-follow and without a terminal', async () => {
  await using dir = await makeTempDir();
  storeRun(dir.path, [opened(['a'], { at: now() }), launched('a', { at: now() })]);
  const terminal = onTerminal('status --no-follow', dir.path);
  expect(await terminal.code).toBe(0);
  expect(terminal.text()).toContain('◐ a');
  const piped = onTerminal('status | cat', dir.path);
  expect(await piped.code).toBe(0);
});

/** `bin/swarm` in a terminal that can be resized. */
function inTmux(args: readonly string[], cwd: string, columns: number) {
  const socket = `swarm-status-${randomBytes(6).toString('hex')}`;
  const env = { PATH: process.env.PATH, HOME: cwd, TERM: 'xterm', NO_COLOR: '1' };
  const tmux = (...more: readonly string[]) =>
    execFileSync('tmux', ['-u', '-L', socket, ...more], { encoding: 'utf8', env });
  const size = ['-x', String(columns), '-y', '20'];
  const command = [process.execPath, join(PROJECT, 'bin', 'swarm'), ...args];
  const end = () => void tmux('kill-server');
  const forget = registerCleanUp(end);
  tmux('-f', '/dev/null', 'new-session', '-d', ...size, '-c', cwd, '--', ...command);
  return {
    screen: () => tmux('capture-pane', '-p').trimEnd().split('\n'),
    resize: (to: number) => void tmux('resize-window', '-x', String(to), '-y', '20'),
    [Symbol.dispose]: () => {
      forget();
      end();
    },
  };
}

it('the live view has one line per task at every width and after a resize', async () => {
  await using dir = await makeTempDir();
  const at = now();
  const ids = ['first', 'second', 'third'];
  const { paths } = storeRun(dir.path, [
    opened(ids, { at, goal: 'A goal of many words '.repeat(8).trim() }),
    ...ids.flatMap((id) => [launched(id, { at }), started(id, { at })]),
  ]);
  const message = 'so many words that no terminal is wide enough to show all of them at once';
  for (const id of ids)
    recordCheckpoint(makeHost(dir.path, { now }), `${paths.run}/${id}`, '50', message);
  using terminal = inTmux(['status'], dir.path, 120);
  // In addition to the tasks: the goal, the progress in one or more lines, and an empty line.
  for (const [columns, height] of [
    [120, 6],
    [50, 7],
    [30, 8],
    [90, 6],
    [120, 6],
  ] as const) {
    terminal.resize(columns);
    await waitUntil(() => {
      const lines = terminal.screen();
      const rows = ids.map((id) => lines.filter((line) => line.includes(`◐ ${id}`)).length);
      const heads = lines.filter((line) => line.includes('◐ working:')).length;
      expect([columns, rows, heads, lines.length], lines.join('\n')).toEqual([
        columns,
        [1, 1, 1],
        1,
        height,
      ]);
      return true;
    });
  }
});
