import { mkdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { runPaths, worktreePath } from '../../../src/store/run-paths.ts';
import { listWorktrees } from '../../../src/worktrees/list-worktrees.ts';
import { makeNewer } from '../../support/newer-run.ts';
import { completes, opened, RUN } from '../../support/run-events.ts';
import { storeRun } from '../../support/stored-run.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

it('counts a worktree as in use if its run has a newer ledger format, so that nothing removes it', async () => {
  await using dir = await makeTempDir();
  const { paths } = storeRun(dir.path, [opened(['a']), ...completes('a')]);
  mkdirSync(worktreePath(runPaths(dir.path, RUN), 'a'), { recursive: true });
  expect(listWorktrees(dir.path)).toMatchObject([{ isInUse: false }]);
  makeNewer(paths);
  expect(listWorktrees(dir.path)).toMatchObject([{ isInUse: true }]);
});
