import { describe, expect, it } from 'vitest';
import { callCli } from '../../support/cli-context.ts';
import { completes, ended, launched, opened, started } from '../../support/run-events.ts';
import { storeRun } from '../../support/stored-run.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

const idOf = (serial: number) => `20261122-18153${serial}-000abc`;

/** From the oldest to the newest: completed, failed, completed, working. */
async function makeRuns() {
  const dir = await makeTempDir();
  const failed = ended('a', { outcome: 'failed', category: 'fatal' });
  const ends = [
    completes('a'),
    [launched('a'), started('a'), failed],
    completes('a'),
    [launched('a'), started('a')],
  ];
  for (const [serial, events] of ends.entries())
    storeRun(dir.path, [opened(['a'], { run: idOf(serial) }), ...events], idOf(serial));
  const list = async (...args: string[]) => {
    const { stdout, exitCode } = await callCli(['list', '--json', ...args], { cwd: dir.path });
    expect(exitCode).toBe(0);
    return JSON.parse(stdout).map(({ run }: { run: string }) => run);
  };
  return { list, path: dir.path, [Symbol.asyncDispose]: () => dir.remove() };
}

describe('swarm list', () => {
  it.each([
    [[], [3, 2, 1, 0]],
    [
      ['--limit', '2'],
      [3, 2],
    ],
    [
      ['--limit', '9'],
      [3, 2, 1, 0],
    ],
    [
      ['--status', 'completed'],
      [2, 0],
    ],
    // The limit counts what is shown, not what is read.
    [['--status', 'completed', '--limit', '1'], [2]],
    [['--status', 'failed', '--limit', '1'], [1]],
    [['--status', 'cancelled'], []],
  ])('%j', async (args, expected) => {
    await using runs = await makeRuns();

    expect(await runs.list(...args)).toEqual(expected.map(idOf));
  });
});
