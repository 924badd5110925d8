import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { takeSnapshot } from '../src/worktrees/snapshots/take-snapshot.ts';
import { makeTask, opened } from '../test/support/run-events.ts';
import { storeRun } from '../test/support/stored-run.ts';
import { type Benchmark, interleave, percentile, timesRow } from './support/measure.ts';
import { makeScratch } from './support/sample-run.ts';

const FILES = 50_000;
const PER_DIRECTORY = 100;
const MAX_RATIO = 1.5;

/** A snapshot of a checkout with a few changes, against the `git status` that a person waits for. */
export const snapshotBenchmark: Benchmark = {
  name: 'snapshot',
  title: `A snapshot of a checkout of ${FILES.toLocaleString('en')} files`,
  async run(isQuick) {
    using scratch = makeScratch();
    const root = join(scratch.path, 'repo');
    makeCheckout(root);
    const run = storeRun(root, [opened([makeTask('a', { writes: ['**'] })])]);
    const host = { now: () => new Date().toISOString() };
    let serial = 0;
    const times = await interleave(
      {
        status: () => time(async () => git(root, 'status', '--porcelain')),
        snapshot: () => {
          // Each snapshot has something to write.
          writeFileSync(join(root, 'src/0/file-0.txt'), `changed ${serial++}\n`);
          return time(() => takeSnapshot(run, { host, isForced: true }));
        },
      },
      isQuick ? 5 : 20,
    );
    const p50 = percentile(times.snapshot, 0.5);
    const ratio = p50 / percentile(times.status, 0.5);
    return [
      timesRow('git status', times.status),
      {
        ...timesRow('a snapshot', times.snapshot),
        ratio: ratio.toFixed(2),
        goal: `ratio < ${MAX_RATIO}`,
        isMet: ratio < MAX_RATIO,
      },
    ];
  },
};

async function time(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

function makeCheckout(root: string): void {
  for (let directory = 0; directory < FILES / PER_DIRECTORY; directory++) {
    const path = join(root, 'src', String(directory));
    mkdirSync(path, { recursive: true });
    for (let file = 0; file < PER_DIRECTORY; file++)
      writeFileSync(join(path, `file-${file}.txt`), `file ${directory} ${file}\n`.repeat(20));
  }
  git(root, 'init', '--quiet', '--initial-branch=main');
  git(root, 'config', 'user.name', 'Bench');
  git(root, 'config', 'user.email', 'bench@example.invalid');
  writeFileSync(join(root, '.gitignore'), '.swarm\n');
  git(root, 'add', '.');
  git(root, 'commit', '--quiet', '--message', 'first');
  for (let file = 0; file < 5; file++) writeFileSync(join(root, `new-${file}.txt`), 'new\n');
}
