import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { appendEvents, readLedger } from '../src/ledger/ledger-file.ts';
import { loadRun, type RunHandle } from '../src/store/run-handle.ts';
import { mergeRun } from '../src/supervisor/merge/merge-run.ts';
import { hostAt } from '../test/support/host.ts';
import { at, completes, makeTask, opened, RUN } from '../test/support/run-events.ts';
import { storeRun } from '../test/support/stored-run.ts';
import { type Benchmark, interleave, percentile, timesRow } from './support/measure.ts';
import { makeScratch } from './support/sample-run.ts';

const BRANCHES = 50;
const FILES = 2_000;
const MAX_RATIO = 1.2;

/** Merging clean branches and recording each step, against the same `git merge` commands by hand. */
export const mergeBranchesBenchmark: Benchmark = {
  name: 'merge',
  title: `Merging ${BRANCHES} clean branches in a repository of ${FILES.toLocaleString('en')} files`,
  async run(isQuick) {
    using scratch = makeScratch();
    const root = join(scratch.path, 'repo');
    const run = makeBranches(root);
    const times = await interleave(
      {
        hand: () => time(async () => mergeByHand(root)),
        swarm: async () => {
          // As if nothing had been merged before.
          const fresh = storeRun(root, eventsOf(run), RUN);
          deleteMerged(root);
          return time(() => mergeAll(fresh));
        },
      },
      isQuick ? 3 : 10,
    );
    const p50 = percentile(times.swarm, 0.5);
    const ratio = p50 / percentile(times.hand, 0.5);
    return [
      timesRow(`git worktree add, ${BRANCHES} × git merge`, times.hand),
      {
        ...timesRow('swarm merge', times.swarm),
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
  execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();

function makeBranches(root: string): RunHandle {
  mkdirSync(root, { recursive: true });
  git(root, 'init', '--quiet', '--initial-branch=main');
  git(root, 'config', 'user.name', 'Bench');
  git(root, 'config', 'user.email', 'bench@example.invalid');
  for (let serial = 0; serial < FILES; serial++) {
    const file = join(root, `src/${serial % 50}/file-${serial}.txt`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `file ${serial}\n`.repeat(20));
  }
  writeFileSync(join(root, '.gitignore'), '.swarm\n');
  git(root, 'add', '.');
  git(root, 'commit', '--quiet', '--message', 'first');
  for (const task of taskNames()) {
    git(root, 'switch', '--quiet', '--create', `swarm/${RUN}/${task}`, 'main');
    writeFileSync(join(root, `src/0/${task}.txt`), task);
    git(root, 'add', '.');
    git(root, 'commit', '--quiet', '--message', task);
  }
  git(root, 'switch', '--quiet', 'main');
  const run = storeRun(root, [opened(taskNames().map((id) => makeTask(id, { writes: ['**'] })))]);
  const base = git(root, 'rev-parse', 'main');
  for (const task of taskNames()) {
    const branch = `swarm/${RUN}/${task}`;
    appendEvents(run.paths.ledger, [
      { event: 'worktree.added', at: at(1), task, branch, base },
      ...completes(task),
      {
        ...{ event: 'worktree.committed', at: at(20), task, notes: [] },
        commit: git(root, 'rev-parse', branch),
      },
    ]);
  }
  return loadRun(run.paths);
}

const taskNames = (): string[] => Array.from({ length: BRANCHES }, (_, serial) => `task-${serial}`);

function eventsOf({ paths }: RunHandle) {
  return readLedger(paths.ledger).events.filter(({ event }) => !event.startsWith('merge.'));
}

function mergeByHand(root: string): void {
  const tree = join(root, '.swarm', 'by-hand');
  git(root, 'worktree', 'add', '--quiet', '--detach', tree, 'main');
  for (const task of taskNames()) {
    git(tree, 'merge', '--quiet', '--no-ff', '-m', `Merge ${task}`, `swarm/${RUN}/${task}`);
  }
  git(root, 'worktree', 'remove', '--force', tree);
}

function deleteMerged(root: string): void {
  try {
    git(root, 'branch', '-D', '--quiet', `swarm/${RUN}/merged`);
  } catch {
    // Nothing was merged yet.
  }
}

async function mergeAll(run: RunHandle): Promise<void> {
  const host = { ...hostAt(run.paths.root, at(100)), defer: () => {} };
  const { signal } = new AbortController();
  const end = await mergeRun(run, { host, env: process.env, signal });
  const merged = [...(run.state.merge?.steps.values() ?? [])];
  if (end !== 'ended' || merged.filter(({ outcome }) => outcome === 'merged').length !== BRANCHES)
    throw new Error(`merged ${merged.length} branches: ${end}`);
}
