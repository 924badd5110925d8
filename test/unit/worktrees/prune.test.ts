import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { LedgerEvent } from '../../../src/ledger/events.ts';
import { loadRun, type RunHandle } from '../../../src/store/run-handle.ts';
import { listRuns } from '../../../src/store/run-index.ts';
import { worktreePath } from '../../../src/store/run-paths.ts';
import { makeScratch } from '../../../src/store/scratch.ts';
import { renderPrune, renderPrunedWorktree } from '../../../src/view/terminal/render-prune.ts';
import { createWorktree } from '../../../src/worktrees/create-worktree.ts';
import { prune } from '../../../src/worktrees/prune.ts';
import { runsWithSnapshots } from '../../../src/worktrees/snapshots/snapshot-ref.ts';
import { takeSnapshot } from '../../../src/worktrees/snapshots/take-snapshot.ts';
import { hostAt, makeHost } from '../../support/host.ts';
import { at, completes, ended, launched, opened, RUN, started } from '../../support/run-events.ts';
import { append, storeRun } from '../../support/stored-run.ts';
import { git, makeTempRepo } from '../../support/temp-dir.ts';

async function addWorktrees(run: RunHandle, ...tasks: string[]): Promise<void> {
  const { root } = run.paths;
  const host = hostAt(root, at(5));
  for (const task of tasks) await createWorktree(run, task, { checkout: root, host });
}

/** By task, why its worktree was kept; null if it was removed. */
async function pruneTasks(root: string, isForced = false) {
  const { worktrees } = await prune(hostAt(root, at(5)), { isForced });
  return Object.fromEntries(worktrees.map(({ task, kept }) => [task, kept?.code ?? null]));
}

it('keeps every worktree of a run that has not ended, even when forced', async () => {
  await using repo = await makeTempRepo();
  const run = storeRun(repo.path, [opened(['a'])]);
  await addWorktrees(run, 'a');
  expect(await pruneTasks(repo.path)).toEqual({ a: 'run_not_ended' });
  expect(await pruneTasks(repo.path, true)).toEqual({ a: 'run_not_ended' });
  expect(existsSync(worktreePath(run.paths, 'a'))).toBe(true);
});

it('removes from an ended run what is committed and merged, and the rest when forced', async () => {
  await using repo = await makeTempRepo();
  const run = storeRun(repo.path, [opened(['changed', 'committed', 'merged'])]);
  await addWorktrees(run, 'changed', 'committed', 'merged');
  const inWorktree = (task: string) => worktreePath(run.paths, task);
  writeFileSync(join(inWorktree('changed'), 'new.txt'), 'new');
  await git(inWorktree('committed'), 'commit', '--quiet', '--allow-empty', '--message', 'more');
  append(run.paths, ...['changed', 'committed', 'merged'].flatMap((task) => completes(task)));

  expect(await pruneTasks(repo.path)).toEqual({
    changed: 'uncommitted_changes',
    committed: 'branch_not_merged',
    merged: null,
  });
  expect([...loadRun(run.paths).state.worktrees.keys()]).toEqual(['changed', 'committed']);
  expect(await git(repo.path, 'branch', '--list', `swarm/${RUN}/merged`)).toBe('');

  expect(await pruneTasks(repo.path, true)).toEqual({ changed: null, committed: null });
  expect(existsSync(inWorktree('changed'))).toBe(false);
});

it('reports what git refuses to remove', async () => {
  await using repo = await makeTempRepo();
  const run = storeRun(repo.path, [opened(['a'])]);
  await addWorktrees(run, 'a');
  append(run.paths, ...completes('a'));
  await git(repo.path, 'worktree', 'lock', worktreePath(run.paths, 'a'));
  const { worktrees } = await prune(hostAt(repo.path, at(5)));
  expect(worktrees).toMatchObject([
    { task: 'a', kept: { code: 'removal_failed', message: expect.stringContaining('lock') } },
  ]);
});

it('renders what was kept and why', () => {
  const names = { run: RUN, task: 'a', branch: 'swarm/r/a', path: '/w/a' };
  const nothing = {
    ...{ mergedBranches: [], idempotencyKeys: 0, scratch: [], snapshots: [] },
    ...{ runs: [], isDryRun: false },
  };
  expect(renderPrune({ worktrees: [], ...nothing })).toBe('nothing to prune');
  const kept = { ...names, branch: 'swarm/r/b', kept: { code: 'branch_not_merged' as const } };
  const isInUse = { ...names, kept: { code: 'run_not_ended' as const } };
  expect(renderPrunedWorktree({ ...names, kept: null }, false)).toBe('removed swarm/r/a');
  expect(renderPrunedWorktree(kept, false)).toBe('kept swarm/r/b: its branch is not merged (/w/a)');
  expect(renderPrune({ ...nothing, worktrees: [isInUse] })).toBe('');
  const text = renderPrune({
    ...nothing,
    worktrees: [{ ...names, kept: null }, kept, isInUse],
    idempotencyKeys: 2,
    scratch: [RUN],
  });
  expect(text).toContain('2 idempotency keys');
  expect(text).toContain('1 worktree kept');
});

it('removes the snapshots of deleted runs', async () => {
  await using repo = await makeTempRepo();
  const host = makeHost(repo.path);
  const [deleted, other] = [RUN, RUN.replace('abc', 'xyz')].map((id) =>
    storeRun(repo.path, [opened(['a'], { run: id })], id),
  );
  for (const run of [deleted, other]) if (run) await takeSnapshot(run, { host, isForced: true });
  rmSync(deleted?.paths.dir ?? '', { recursive: true });

  expect((await prune(host)).snapshots).toEqual([RUN]);
  expect(await runsWithSnapshots(repo.path)).toEqual([other?.paths.run]);
});

it('removes the scratch directories of ended runs', async () => {
  await using repo = await makeTempRepo();
  const run = storeRun(repo.path, [opened(['a']), launched('a')]);
  const [attempt] = run.state.attempts.values();
  const scratch = attempt ? makeScratch(run.paths, attempt) : '';
  writeFileSync(join(scratch, 'notes'), 'x');
  expect((await prune(hostAt(repo.path, at(5)), { isForced: true })).scratch).toEqual([]);
  append(run.paths, ...completes('a'));

  for (const removed of [[RUN], []])
    expect((await prune(hostAt(repo.path, at(5)))).scratch).toEqual(removed);
  expect(existsSync(scratch)).toBe(false);
  expect(existsSync(run.paths.ledger)).toBe(true);
});

it('removes old runs without worktrees, and says before what it would remove', async () => {
  await using repo = await makeTempRepo();
  const DAY_MS = 86_400_000;
  const idOf = (name: string) => RUN.replace('abc', name);
  const make = (name: string, ...events: LedgerEvent[]) =>
    storeRun(repo.path, [opened(['a'], { run: idOf(name) }), ...events], idOf(name));
  make('old', ...completes('a'));
  make('new', launched('a'), started('a'), ended('a', { at: at(25 * DAY_MS) }));
  make('idl', launched('a'));
  const kept = make('tre', ...completes('a'));
  await addWorktrees(kept, 'a');
  writeFileSync(join(worktreePath(kept.paths, 'a'), 'new.txt'), 'new');
  const host = hostAt(repo.path, at(40 * DAY_MS));
  const maxAge = 30 * DAY_MS;

  expect((await prune(host)).runs).toEqual([]);
  expect((await prune(host, { maxAge, isDryRun: true })).runs).toEqual([idOf('old')]);
  expect(listRuns(repo.path)).toHaveLength(4);
  expect((await prune(host, { maxAge })).runs).toEqual([idOf('old')]);
  expect(listRuns(repo.path)).toEqual(['idl', 'new', 'tre'].map(idOf));
  // A forced removal of its worktree leaves nothing that keeps the run.
  expect((await prune(host, { maxAge, isForced: true })).runs).toEqual([idOf('tre')]);
});

it('removes nothing in a dry run', async () => {
  await using repo = await makeTempRepo();
  const run = storeRun(repo.path, [opened(['a'])]);
  await addWorktrees(run, 'a');
  append(run.paths, ...completes('a'));
  const [attempt] = loadRun(run.paths).state.attempts.values();
  if (attempt) makeScratch(run.paths, attempt);
  const host = hostAt(repo.path, at(50));

  const planned = await prune(host, { isDryRun: true });
  expect(existsSync(worktreePath(run.paths, 'a'))).toBe(true);
  expect(planned).toMatchObject({ worktrees: [{ task: 'a', kept: null }], scratch: [RUN] });
  const told: string[] = [];
  const onWorktree = ({ task }: { task: string }) => void told.push(task);
  expect(await prune(host, { onWorktree })).toEqual({ ...planned, isDryRun: false });
  expect(told).toEqual(['a']);
  expect(existsSync(worktreePath(run.paths, 'a'))).toBe(false);
  const [worktree] = planned.worktrees;
  expect(worktree && renderPrunedWorktree(worktree, true)).toBe(`would remove swarm/${RUN}/a`);
});
