import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLedger } from '../../src/ledger/ledger-file.ts';
import { makeTempDir, type TempDir } from '../support/temp-dir.ts';

const WRITERS = ['w0', 'w1', 'w2', 'w3'];
const ROUNDS = 60;

/** Appends events of very different sizes, one and several at a time, as fast as it can. */
const WRITER = `
import { appendEvents } from './ledger-file.ts';
const [, , path, name] = process.argv;
const event = (round, part) => ({
  event: 'task.checkpoint',
  at: new Date(1_800_000_000_000 + round).toISOString(),
  task: name,
  percent: part,
  message: name + ' ' + round + ' ' + name.repeat((round * 997) % 20_000),
});
for (let round = 0; round < ${ROUNDS}; round++) {
  appendEvents(path, round % 3 === 0 ? [event(round, 0), event(round, 1)] : [event(round, 0)]);
}`;

let dir: TempDir;

beforeAll(async () => {
  dir = await makeTempDir();
});
afterAll(() => dir.remove());

describe('several processes that append at once', () => {
  it('keep every event intact, and the order of each process', async () => {
    const script = join(dir.path, 'writer.cjs');
    buildSync({
      stdin: { contents: WRITER, resolveDir: join(import.meta.dirname, '../../src/ledger') },
      bundle: true,
      platform: 'node',
      outfile: script,
    });
    const path = join(dir.path, 'ledger.jsonl');
    writeFileSync(path, '');
    const run = promisify(execFile);
    await Promise.all(WRITERS.map((name) => run(process.execPath, [script, path, name])));

    const { events, defects } = readLedger(path);
    expect(defects).toEqual([]);
    const rounds = Array.from({ length: ROUNDS }, (_, round) => round);
    const expected = rounds.flatMap((round) =>
      round % 3 === 0 ? [`${round} 0`, `${round} 1`] : [`${round} 0`],
    );
    for (const name of WRITERS) {
      const own = events.flatMap((event) =>
        event.event === 'task.checkpoint' && event.task === name
          ? `${event.message.split(' ')[1]} ${event.percent}`
          : [],
      );
      expect(own).toEqual(expected);
    }
    expect(events).toHaveLength(WRITERS.length * expected.length);
    // Otherwise they did not write concurrently, and nothing was tested.
    const writers = events.map((event) => (event.event === 'task.checkpoint' ? event.task : ''));
    const changes = writers.filter((name, index) => name !== writers[index + 1]).length;
    expect(changes).toBeGreaterThan(WRITERS.length);
  });
});
