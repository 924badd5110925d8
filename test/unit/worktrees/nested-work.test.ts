import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { worktreePath } from '../../../src/store/run-paths.ts';
import { createWorktree } from '../../../src/worktrees/create-worktree.ts';
import { cleanUpWorktree } from '../../../src/worktrees/remove-worktree.ts';
import { hostAt } from '../../support/host.ts';
import { at, opened } from '../../support/run-events.ts';
import { storeRun } from '../../support/stored-run.ts';
import { git, makeTempRepo } from '../../support/temp-dir.ts';

const CLONE = ['-c', 'protocol.file.allow=always'];

/** The worktree of a task in a repository with a submodule, after `work` was done there. */
async function cleanUpAfter(work: (worktree: string) => Promise<void>) {
  await using library = await makeTempRepo();
  await using repo = await makeTempRepo();
  await git(repo.path, ...CLONE, 'submodule', 'add', '--quiet', library.path, 'lib');
  await git(repo.path, 'commit', '--quiet', '--message', 'a submodule');
  const run = storeRun(repo.path, [opened(['a'])]);
  const host = hostAt(repo.path, at(5));
  const path = worktreePath(run.paths, 'a');
  await createWorktree(run, 'a', { checkout: repo.path, host });
  await work(path);
  await cleanUpWorktree(run, 'a', host, {});
  return { isKept: existsSync(path), changes: run.state.worktrees.get('a')?.changes };
}

describe('cleanUpWorktree', () => {
  it('removes a worktree with nothing but an empty place for a submodule', async () => {
    expect(await cleanUpAfter(async () => {})).toEqual({ isKept: false, changes: undefined });
  });

  it.each<[string, (worktree: string) => Promise<void>]>([
    [
      'a file where a submodule belongs',
      async (path) => writeFileSync(join(path, 'lib', 'work.txt'), 'work'),
    ],
    [
      'work in a submodule',
      async (path) => {
        await git(path, ...CLONE, 'submodule', 'update', '--init', '--quiet');
        writeFileSync(join(path, 'lib', 'work.txt'), 'work');
      },
    ],
    [
      'a repository of its own',
      async (path) => {
        mkdirSync(join(path, 'tool'));
        await git(join(path, 'tool'), 'init', '--quiet');
        writeFileSync(join(path, 'tool', 'work.txt'), 'work');
      },
    ],
  ])('keeps and names %s', async (_, work) => {
    expect(await cleanUpAfter(work)).toMatchObject({
      isKept: true,
      changes: { files: 1, isCommitted: false },
    });
  });
});
