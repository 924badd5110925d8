import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadRun } from '../../../src/store/run-handle.ts';
import { diffDocument } from '../../../src/worktrees/diff/diff-document.ts';
import { diffRange } from '../../../src/worktrees/diff/diff-range.ts';
import { hostAt } from '../../support/host.ts';
import { makeWorkedRun } from '../../support/merged-run.ts';
import { at, completes, launched, opened, RUN, started } from '../../support/run-events.ts';
import { storeRun } from '../../support/stored-run.ts';
import { git, makeTempDir, makeTempRepo } from '../../support/temp-dir.ts';

async function diffOf(run: Parameters<typeof diffRange>[0], task: string | null) {
  const range = await diffRange(loadRun(run.paths), task, {
    host: hostAt(run.paths.root, at(100)),
  });
  return diffDocument(RUN, task, range);
}
const observed = (task: string, ...filesChanged: string[]) =>
  ({
    event: 'work.observed',
    ...{ at: at(3), attempt: `call-${task}`, moreFiles: 0, usage: null },
    ...{ toolCalls: {}, filesChanged, permissionDenials: [], model: null },
  }) as const;
const paths = ({ files }: Awaited<ReturnType<typeof diffOf>>) => files.map(({ path }) => path);

it('shows what a task changed in its worktree, committed or not', async () => {
  await using worked = await makeWorkedRun([
    { id: 'a', work: { 'README.md': 'changed\n', new: '1' } },
    { id: 'b', needs: ['a'], work: { own: '1' } },
  ]);

  const ofA = await diffOf(worked.run, 'a');
  expect(ofA).toMatchObject({ isExact: true, missing: [] });
  expect(paths(ofA)).toEqual(['README.md', 'new']);
  expect(ofA.patch).toContain('+changed');
  // Without the changes that it began with.
  expect(paths(await diffOf(worked.run, 'b'))).toEqual(['own']);
});

it('shows what a run changed, before and after its merge, and what is missing', async () => {
  await using worked = await makeWorkedRun([
    { id: 'a', work: { 'README.md': 'a\n' } },
    { id: 'b', work: { 'README.md': 'b\n' } },
    { id: 'c', work: { c: '1' } },
  ]);

  const before = await diffOf(worked.run, null);
  expect(paths(before)).toEqual(['README.md', 'c']);
  expect(before.missing).toEqual(['b']);
  expect(await git(worked.repo.path, 'branch', '--list', '*merged')).toBe('');

  await worked.merge();
  expect(await diffOf(worked.run, null)).toMatchObject({ missing: ['b'], isExact: true });
});

it('in a shared tree, shows the files that tasks were seen to change, and which are doubtful', async () => {
  await using repo = await makeTempRepo();
  const run = storeRun(repo.path, [
    opened(['a', 'b', 'c']),
    ...[launched('a'), started('a'), observed('a', 'README.md', 'new', '/outside')],
    ...[launched('b'), started('b'), observed('b', 'README.md')],
    ...['a', 'b'].flatMap((task) => completes(task).slice(2)),
  ]);
  for (const name of ['README.md', 'new', 'mine']) writeFileSync(join(repo.path, name), 'x\n');

  expect(await diffOf(run, 'a')).toMatchObject({
    isExact: false,
    files: [
      { path: 'README.md', insertions: 1, deletions: 1, tasks: ['a', 'b'] },
      { path: 'new', tasks: ['a'] },
    ],
  });
  expect(paths(await diffOf(run, 'b'))).toEqual(['README.md']);
  expect(await diffOf(run, 'c')).toMatchObject({ files: [], from: null });
  expect(await git(repo.path, 'status', '--porcelain', 'README.md', 'new')).toBe(
    ' M README.md\n?? new\n',
  );
});

it('compares with nothing in a repository without a commit', async () => {
  await using dir = await makeTempDir();
  await git(dir.path, 'init', '--quiet');
  const run = storeRun(dir.path, [opened(['a']), launched('a'), observed('a', 'new')]);
  writeFileSync(join(dir.path, 'new'), 'x\n');

  expect((await diffOf(run, 'a')).files).toMatchObject([{ path: 'new', insertions: 1 }]);
});

it('outside of git, says where the changed files are listed', async () => {
  await using dir = await makeTempDir();
  const run = storeRun(dir.path, [opened(['a']), launched('a'), observed('a', 'new')]);

  await expect(diffOf(run, null)).rejects.toThrow(`swarm show ${RUN}/<task-id>`);
});
