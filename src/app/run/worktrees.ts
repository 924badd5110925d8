import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT, SwarmError } from '../../core/swarm-error.ts';
import { branchOf, type Changes, worktreesNeeded } from '../../core/worktree.ts';
import { askGit, runGit } from '../../store/git.ts';
import { appendToRun, type LoadedRun } from '../../store/load-run.ts';
import { worktreePath } from '../../store/run-paths.ts';

/**
 * @returns how many changes of the checkout no worktree will have
 * @throws {SwarmError} when worktrees cannot be made of it
 */
export async function checkCheckout(root: string): Promise<number> {
  if (!existsSync(join(root, '.git'))) {
    throw new SwarmError(`--worktrees needs a git repository, and ${root} is none`);
  }
  const { code } = await askGit(root, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
  if (code !== 0)
    throw new SwarmError(`--worktrees needs a commit to begin with; ${root} has none`);
  const changes = await runGit(root, ['status', '--porcelain']);
  return changes === '' ? 0 : changes.split('\n').length;
}

/**
 * Makes the worktree of a task, with the changes of the tasks that it needs. One that an earlier
 * attempt left is used again.
 * @returns its directory
 * @throws {SwarmError} when those changes conflict
 */
export async function addWorktree(
  run: LoadedRun,
  task: string,
  now: () => string,
): Promise<string> {
  const { root, run: id } = run.paths;
  const path = worktreePath(run.paths, task);
  if (run.state.worktrees.has(task) && existsSync(path)) return path;
  const branch = branchOf(id, task);
  await askGit(root, ['worktree', 'prune']);
  const isKept = await askGit(root, ['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`]);
  if (run.state.worktrees.has(task) && isKept.code === 0) {
    await runGit(root, ['worktree', 'add', '--quiet', path, branch]);
    return path;
  }
  // No worker begins before its worktree is entered, so nobody's work is in one that is not.
  if (existsSync(path)) await askGit(root, ['worktree', 'remove', '--force', '--force', path]);
  const needed = worktreesNeeded(run.state, task);
  const commits: string[] = [];
  for (const need of needed) commits.push(await snapshot(worktreePath(run.paths, need)));
  const [start = 'HEAD', ...others] = commits;
  await runGit(root, ['worktree', 'add', '--quiet', '-B', branch, path, start]);
  for (const commit of others) await mergeOrFail(run, { path, branch, commit, needed });
  const base = await runGit(path, ['rev-parse', 'HEAD']);
  appendToRun(run, [{ event: 'worktree.added', at: now(), task, branch, base }]);
  return path;
}

async function mergeOrFail(
  { paths }: LoadedRun,
  {
    path,
    branch,
    commit,
    needed,
  }: Record<'path' | 'branch' | 'commit', string> & { needed: string[] },
): Promise<void> {
  const merged = await askGit(path, ['merge', '--no-edit', '--quiet', commit], AS_SWARM);
  if (merged.code === 0) return;
  const files = await runGit(path, ['diff', '--name-only', '--diff-filter=U']);
  // It holds nothing but this merge.
  await removeWorktree(paths.root, path, branch, 'forced');
  throw new SwarmError(
    `the changes of ${needed.join(' and ')} conflict${files ? ` in ${files.split('\n').join(', ')}` : `: ${merged.stderr.trim()}`}; bring their branches together, or let one task need the other`,
    EXIT.notCompleted,
  );
}

/**
 * Commits that are made here are nobody's work, and need nobody's name. Those of the same content
 * are the same commit, so that git finds what two tasks have in common that both began with it.
 */
const AS_SWARM = {
  GIT_AUTHOR_DATE: '2000-01-01T00:00:00Z',
  GIT_COMMITTER_DATE: '2000-01-01T00:00:00Z',
  GIT_AUTHOR_NAME: 'swarm-parallel',
  GIT_AUTHOR_EMAIL: 'swarm-parallel@localhost',
  GIT_COMMITTER_NAME: 'swarm-parallel',
  GIT_COMMITTER_EMAIL: 'swarm-parallel@localhost',
};

/**
 * All that a worktree holds as a commit, what is not committed and new files included. Neither its
 * branch nor its index is touched.
 */
async function snapshot(path: string): Promise<string> {
  const tree = await treeOf(path);
  if (tree === (await runGit(path, ['rev-parse', 'HEAD^{tree}']))) {
    return runGit(path, ['rev-parse', 'HEAD']);
  }
  const args = [
    'commit-tree',
    '--no-gpg-sign',
    '-p',
    'HEAD',
    '-m',
    'Changes of an earlier task',
    tree,
  ];
  return runGit(path, args, AS_SWARM);
}

async function treeOf(path: string): Promise<string> {
  const scratch = mkdtempSync(join(tmpdir(), 'swarm-index-'));
  try {
    const index = { GIT_INDEX_FILE: join(scratch, 'index') };
    await runGit(path, ['read-tree', 'HEAD'], index);
    await runGit(path, ['add', '--all', '.'], index);
    return await runGit(path, ['write-tree'], index);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** What was changed in a worktree since a commit. */
async function measureChanges(path: string, base: string): Promise<Changes> {
  const tree = await treeOf(path);
  const isCommitted = tree === (await runGit(path, ['rev-parse', 'HEAD^{tree}']));
  const lines = await runGit(path, ['diff', '--numstat', '--no-renames', base, tree]);
  const changes = { files: 0, insertions: 0, deletions: 0, isCommitted };
  for (const line of lines.split('\n').filter(Boolean)) {
    const [insertions, deletions] = line.split('\t');
    changes.files++;
    // Of a file that is no text, git counts no lines.
    changes.insertions += Number(insertions) || 0;
    changes.deletions += Number(deletions) || 0;
  }
  return changes;
}

/** After a task: its worktree is removed when nothing was changed in it, and else measured. */
export async function settleWorktree(
  run: LoadedRun,
  task: string,
  now: () => string,
): Promise<void> {
  const worktree = run.state.worktrees.get(task);
  const path = worktreePath(run.paths, task);
  if (!worktree || !existsSync(path)) return;
  const changes = await measureChanges(path, worktree.base);
  const isAtBase = (await runGit(path, ['rev-parse', 'HEAD'])) === worktree.base;
  if (changes.files === 0 && changes.isCommitted && isAtBase) {
    await removeWorktree(run.paths.root, path, worktree.branch, 'clean');
    return appendToRun(run, [{ event: 'worktree.removed', at: now(), task }]);
  }
  appendToRun(run, [{ event: 'worktree.measured', at: now(), task, ...changes }]);
}

/**
 * Removes a worktree and its branch.
 * @param how `clean`: git refuses where something is not committed
 */
export async function removeWorktree(
  root: string,
  path: string,
  branch: string,
  how: 'clean' | 'forced',
): Promise<void> {
  const force = how === 'forced' ? ['--force', '--force'] : [];
  await runGit(root, ['worktree', 'remove', ...force, path]);
  await runGit(root, ['branch', '-D', '--quiet', branch]);
}
