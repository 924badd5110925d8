import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { findOnPath } from '../../../../src/platform/find-on-path.ts';
import { loadRun } from '../../../../src/store/run-handle.ts';
import { worktreePath } from '../../../../src/store/run-paths.ts';
import { previewRun } from '../../../../src/supervisor/merge/preview-run.ts';
import type { MergeResult } from '../../../../src/view/results.ts';
import { prune } from '../../../../src/worktrees/prune.ts';
import { hostAt } from '../../../support/host.ts';
import { makeWorkedRun } from '../../../support/merged-run.ts';
import { RUN } from '../../../support/run-events.ts';
import { git, makeTempDir } from '../../../support/temp-dir.ts';

const MERGED = `swarm/${RUN}/merged`;
const outcomesOf = ({ tasks }: MergeResult) =>
  Object.fromEntries(tasks.map(({ task, outcome }) => [task, outcome]));
const filesIn = async (cwd: string, commit = MERGED) =>
  (await git(cwd, 'ls-tree', '-r', '--name-only', commit)).trim().split('\n');
const tipOf = async (cwd: string, ref = MERGED) => (await git(cwd, 'rev-parse', ref)).trim();
/** Everything of the person's checkout that a merge must leave alone. */
const checkoutOf = async (cwd: string) => ({
  head: await git(cwd, 'rev-parse', '--symbolic-full-name', 'HEAD'),
  commit: await tipOf(cwd, 'HEAD'),
  index: readFileSync(join(cwd, '.git', 'index')).toString('hex'),
  status: await git(cwd, 'status', '--porcelain'),
});

describe('merges the branches of a run', () => {
  it('onto one branch, needed ones first, and leaves the checkout as it is', async () => {
    await using worked = await makeWorkedRun([
      { id: 'late', work: { late: '1' } },
      { id: 'first', work: { first: '1' } },
      { id: 'next', needs: ['first'], work: { next: '1' } },
      { id: 'undone', work: null },
    ]);
    const { path } = worked.repo;
    writeFileSync(join(path, 'mine'), 'not committed');
    const before = await checkoutOf(path);

    const result = await worked.merge();

    expect(outcomesOf(result)).toEqual({ late: 'merged', first: 'merged', next: 'merged' });
    expect(result).toMatchObject({
      outcome: 'merged',
      branch: MERGED,
      verified: null,
      changes: { files: 3, insertions: 3, deletions: 0 },
      takeOver: `git merge --ff-only ${MERGED}`,
      pullRequest: null,
    });
    expect(await filesIn(path)).toEqual(['README.md', 'first', 'late', 'next']);
    expect(await checkoutOf(path)).toEqual(before);
    const subjects = await git(path, 'log', '--first-parent', '--format=%s', MERGED);
    expect(subjects.trim().split('\n')).toEqual([
      'Merge next: Do next',
      'Merge first: Do first',
      'Merge late: Do late',
      'first',
    ]);
    expect(existsSync(worktreePath(worked.run.paths, '_merge'))).toBe(false);
    const host = hostAt(path, '2026-11-23');
    expect((await prune(host)).mergedBranches).toEqual([]);
    await git(path, 'merge', '--ff-only', '--quiet', MERGED);
    expect((await worked.merge()).takeOver).toBe(null);

    expect((await prune(host)).mergedBranches).toEqual([MERGED]);
    expect(await git(path, 'branch', '--list', 'swarm/*')).toBe('');
  });

  it('and does nothing when it is repeated', async () => {
    await using worked = await makeWorkedRun([{ id: 'a', work: { a: '1' } }]);
    const first = await worked.merge();
    const events = loadRun(worked.run.paths).size;

    const second = await worked.merge();

    expect(second).toEqual(first);
    const { merge } = loadRun(worked.run.paths).state;
    expect(merge?.steps.size).toBe(1);
    // Only who held the run is recorded.
    const added = readFileSync(worked.run.paths.ledger, 'utf8').slice(events);
    expect(added).not.toContain('"merge.');
  });

  it('has nothing to do where no task changed anything', async () => {
    await using worked = await makeWorkedRun([{ id: 'a', work: {} }]);
    expect(await worked.merge()).toMatchObject({ outcome: 'nothing_to_merge', tasks: [] });
  });

  it('as a branch beside a task that is called like it', async () => {
    await using worked = await makeWorkedRun([{ id: 'merged', work: { a: '1' } }]);
    expect((await worked.merge()).branch).toBe(`swarm/${RUN}/_merged`);
  });
});

describe('a conflict', () => {
  it('is reported with both tasks, the files and the parts, and the others are merged', async () => {
    await using worked = await makeWorkedRun([
      { id: 'left', work: { 'README.md': 'left\n' } },
      { id: 'other', work: { other: '1' } },
      { id: 'right', work: { 'README.md': 'right\n' } },
      { id: 'after', needs: ['right'], work: { after: '1' } },
      { id: 'last', work: { last: '1' } },
    ]);

    const result = await worked.merge();

    expect(outcomesOf(result)).toEqual({
      ...{ left: 'merged', other: 'merged', last: 'merged' },
      ...{ right: 'conflict', after: 'skipped' },
    });
    expect(result.outcome).toBe('incomplete');
    expect(result.tasks.find(({ task }) => task === 'right')).toMatchObject({
      others: ['left'],
      files: ['README.md'],
    });
    expect(result.tasks.find(({ task }) => task === 'after')?.others).toEqual(['right']);
    const { output } = result.tasks.find(({ task }) => task === 'right') ?? {};
    const hunks = readFileSync(join(worked.run.paths.dir, output ?? ''), 'utf8');
    expect(hunks).toContain('left');
    expect(hunks).toContain('right');
    expect(await filesIn(worked.repo.path)).toEqual(
      ['README.md', 'last', 'left', 'other'].filter((name) => name !== 'left'),
    );
  });

  it('that the person resolved on the branch of the task is merged next time, with what needs it', async () => {
    await using worked = await makeWorkedRun([
      { id: 'left', work: { 'README.md': 'left\n' } },
      { id: 'right', work: { 'README.md': 'right\n' } },
      { id: 'after', needs: ['right'], work: { after: '1' } },
    ]);
    await worked.merge();
    const right = worktreePath(worked.run.paths, 'right');
    await git(right, 'merge', '--quiet', '-X', 'ours', '-m', 'Both', `swarm/${RUN}/left`);

    const result = await worked.merge();

    expect(result.outcome).toBe('merged');
    expect(await git(worked.repo.path, 'show', `${MERGED}:README.md`)).toBe('right\n');
    expect(await filesIn(worked.repo.path)).toContain('after');
  });

  it('of a rename with an edit names the task that edited', async () => {
    const text = Array.from({ length: 20 }, (_, n) => `line ${n}`).join('\n');
    await using worked = await makeWorkedRun(
      [
        { id: 'edits', work: { 'old.txt': text.replace('line 3', 'edited 3') } },
        { id: 'renames', work: {} },
      ],
      {},
      async (path) => {
        writeFileSync(join(path, 'old.txt'), text);
        await git(path, 'add', '.');
        await git(path, 'commit', '--quiet', '--message', 'text');
      },
    );
    const path = worktreePath(worked.run.paths, 'renames');
    await git(path, 'mv', 'old.txt', 'new.txt');
    writeFileSync(join(path, 'new.txt'), text.replace('line 3', 'renamed 3'));

    const result = await worked.merge();

    expect(outcomesOf(result)).toEqual({ edits: 'merged', renames: 'conflict' });
    expect(result.tasks[1]).toMatchObject({ others: ['edits'], files: ['new.txt'] });
  });

  it('of two binary files is reported, and neither is lost', async () => {
    await using worked = await makeWorkedRun([
      { id: 'a', work: { 'image.bin': 'a\0\u0001' } },
      { id: 'b', work: { 'image.bin': 'b\0\u0002' } },
    ]);
    const result = await worked.merge();
    expect(result.tasks[1]).toMatchObject({
      outcome: 'conflict',
      files: ['image.bin'],
      others: ['a'],
    });
    expect(await git(worked.repo.path, 'show', `swarm/${RUN}/b:image.bin`)).toBe('b\0\u0002');
  });
});

describe('a submodule', () => {
  /** Two tasks; `changes` has the commits of the submodule that they take: 1 or 2, both after 0. */
  async function makeWithSubmodule(changes: Readonly<Record<string, number>>) {
    const commits: string[] = [];
    const worked = await makeWorkedRun(
      [
        { id: 'a', work: { a: '1' } },
        { id: 'b', work: { b: '1' } },
      ],
      {},
      async (path) => {
        const module = join(path, 'module');
        await git(path, 'init', '--quiet', 'module');
        for (const message of ['one', 'two', 'three']) {
          if (commits[0]) await git(module, 'checkout', '--quiet', commits[0]);
          await git(module, 'commit', '--quiet', '--allow-empty', '--message', message);
          commits.push(await tipOf(module, 'HEAD'));
        }
        const url = '[submodule "module"]\n\tpath = module\n\turl = ./module\n';
        writeFileSync(join(path, '.gitmodules'), url);
        await git(module, 'checkout', '--quiet', commits[0] ?? '');
        await git(path, 'add', '.gitmodules', 'module');
        await git(path, 'commit', '--quiet', '--message', 'module');
      },
    );
    for (const [task, nth] of Object.entries(changes)) {
      const path = worktreePath(worked.run.paths, task);
      await git(path, 'update-index', '--cacheinfo', `160000,${commits[nth]},module`);
      await git(path, 'commit', '--quiet', '--message', `module of ${task}`);
    }
    const atMerged = async () => commits.indexOf(await tipOf(worked.repo.path, `${MERGED}:module`));
    return { worked, atMerged, [Symbol.asyncDispose]: () => worked[Symbol.asyncDispose]() };
  }

  it('that one task moves is merged, and the checkout stays as it is', async () => {
    await using made = await makeWithSubmodule({ a: 1 });
    const { worked } = made;
    const before = await checkoutOf(worked.repo.path);

    expect(outcomesOf(await worked.merge())).toEqual({ a: 'merged', b: 'merged' });
    expect(await made.atMerged()).toBe(1);
    expect(await checkoutOf(worked.repo.path)).toEqual(before);
  });

  it('that two tasks move to different commits is a conflict', async () => {
    await using made = await makeWithSubmodule({ a: 1, b: 2 });

    const { tasks } = await made.worked.merge();
    expect(tasks).toMatchObject([
      { task: 'a', outcome: 'merged' },
      { task: 'b', outcome: 'conflict', others: ['a'], files: ['module'] },
    ]);
    expect(await made.atMerged()).toBe(1);
  });
});

describe('with git older than 2.38', () => {
  /** Puts a git on the PATH that knows no `merge-tree --write-tree`. */
  async function useOldGit() {
    const dir = await makeTempDir();
    const [real] = findOnPath('git', process.env);
    const script = `#!/bin/sh
case " $* " in
  *' merge-tree '*) echo 'usage: git merge-tree <base-tree> <branch1> <branch2>' >&2; exit 129 ;;
  *' version '*) echo 'git version 2.34.1' ;;
  *) exec ${real} "$@" ;;
esac
`;
    writeFileSync(join(dir.path, 'git'), script, { mode: 0o755 });
    vi.stubEnv('PATH', `${dir.path}:${process.env.PATH}`);
    return {
      async [Symbol.asyncDispose]() {
        vi.unstubAllEnvs();
        await dir.remove();
      },
    };
  }

  it('merges in the worktree, and says what a dry run needs', async () => {
    await using worked = await makeWorkedRun([
      { id: 'a', work: { 'README.md': 'a\n' } },
      { id: 'b', work: { 'README.md': 'b\n' } },
      { id: 'c', work: { c: '1' } },
    ]);
    await using _ = await useOldGit();
    const { signal } = new AbortController();

    await expect(previewRun(worked.run, { signal })).rejects.toThrow(/2\.38.*2\.34\.1/);
    expect(outcomesOf(await worked.merge())).toEqual({ a: 'merged', b: 'conflict', c: 'merged' });
    expect(await filesIn(worked.repo.path)).toEqual(['README.md', 'c']);
  });
});

describe('into a branch of the person', () => {
  it('begins there, and says how that branch is moved', async () => {
    await using worked = await makeWorkedRun([{ id: 'a', work: { a: '1' } }]);
    const { path } = worked.repo;
    await git(path, 'branch', 'release');
    await git(path, 'commit', '--quiet', '--allow-empty', '--message', 'more');

    const result = await worked.merge({ into: 'release' });

    expect(result.takeOver).toBe(`git fetch . ${MERGED}:release`);
    await git(path, 'fetch', '--quiet', '.', `${MERGED}:release`);
    expect(await tipOf(path, 'release')).toBe(await tipOf(path));
    expect(await worked.merge()).toMatchObject({ outcome: 'merged', takeOver: null });
  });

  it('starts over where that branch has moved on', async () => {
    await using worked = await makeWorkedRun([{ id: 'a', work: { a: '1' } }]);
    const { path } = worked.repo;
    await worked.merge({ into: 'main' });
    await git(path, 'commit', '--quiet', '--allow-empty', '--message', 'more');

    const result = await worked.merge();

    expect(result.takeOver).toBe(`git merge --ff-only ${MERGED}`);
    expect(await git(path, 'log', '--format=%s', MERGED)).toContain('more');
  });

  it('is an error where there is no such branch', async () => {
    await using worked = await makeWorkedRun([{ id: 'a', work: { a: '1' } }]);
    await expect(worked.merge({ into: 'nowhere' })).rejects.toThrow(/nowhere/);
  });
});

it('says how to take it over where the checkout has moved on', async () => {
  await using worked = await makeWorkedRun([{ id: 'a', work: { a: '1' } }]);
  await git(worked.repo.path, 'commit', '--quiet', '--allow-empty', '--message', 'more');
  expect((await worked.merge()).takeOver).toBe(`git merge ${MERGED}`);
});

describe('the merged branch', () => {
  it('is not moved under somebody who has checked it out', async () => {
    await using worked = await makeWorkedRun([{ id: 'a', work: { a: '1' } }]);
    const { path } = worked.repo;
    await worked.merge();
    await git(path, 'switch', '--quiet', MERGED);
    expect((await worked.merge()).outcome).toBe('merged');
    await expect(worked.merge({ check: ['true'] })).rejects.toThrow(/checked out/);
    expect(await git(path, 'status', '--porcelain', '--untracked-files=no')).toBe('');
  });

  it('keeps what the person committed on it, and is not replaced', async () => {
    await using worked = await makeWorkedRun([
      { id: 'a', work: { a: '1' } },
      { id: 'b', work: { b: '1' } },
    ]);
    const { path } = worked.repo;
    await worked.merge();
    await git(path, 'switch', '--quiet', MERGED);
    await git(path, 'commit', '--quiet', '--allow-empty', '--message', 'mine');
    await git(path, 'switch', '--quiet', 'main');
    await expect(worked.merge({ check: ['true'] })).rejects.toThrow(/git branch -m/);

    const b = worktreePath(worked.run.paths, 'b');
    await git(b, 'commit', '--quiet', '--allow-empty', '--message', 'more');
    await worked.merge();

    expect(await git(path, 'log', '--format=%s', MERGED)).toMatch(/mine/);
    expect(await git(path, 'log', '--format=%s', MERGED)).toMatch(/more/);
  });

  it('that was deleted is made again when there is something new', async () => {
    await using worked = await makeWorkedRun([{ id: 'a', work: { a: '1' } }]);
    const { path } = worked.repo;
    await worked.merge();
    await git(path, 'branch', '--quiet', '-D', MERGED);
    await git(worktreePath(worked.run.paths, 'a'), 'commit', '--quiet', '--allow-empty', '-m', 'x');
    await worked.merge();
    expect(await filesIn(path)).toEqual(['README.md', 'a']);
  });
});

it('merges the branch of a task whose worktree was removed by hand', async () => {
  await using worked = await makeWorkedRun([{ id: 'a', work: { a: '1' } }]);
  const path = worktreePath(worked.run.paths, 'a');
  await git(path, 'add', '.');
  await git(path, 'commit', '--quiet', '--message', 'own');
  rmSync(path, { recursive: true });
  expect(outcomesOf(await worked.merge())).toEqual({ a: 'merged' });
});

it('names files that differ only in case', async () => {
  await using worked = await makeWorkedRun([
    { id: 'a', work: { 'Notes.txt': '1' } },
    { id: 'b', work: { 'notes.txt': '2' } },
    { id: 'c', work: { other: '3' } },
  ]);
  const { collisions, outcome } = await worked.merge();
  expect(outcome).toBe('merged');
  expect(collisions).toEqual([['Notes.txt', 'notes.txt']]);
});

it('ignores how the person has configured merges, and hooks', async () => {
  await using worked = await makeWorkedRun(
    [
      { id: 'a', work: { a: '1' } },
      { id: 'b', work: { b: '1' } },
    ],
    {},
    async (path) => {
      const settings = { 'merge.ff': 'only', 'commit.gpgSign': 'true', 'gpg.program': 'false' };
      for (const setting of Object.entries(settings)) await git(path, 'config', ...setting);
      writeFileSync(join(path, '.git', 'hooks', 'commit-msg'), '#!/bin/sh\nexit 1\n', {
        mode: 0o755,
      });
    },
  );
  expect((await worked.merge()).outcome).toBe('merged');
});
