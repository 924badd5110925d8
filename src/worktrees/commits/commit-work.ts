import { existsSync } from 'node:fs';
import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import { type GitOptions, git, gitOrThrow } from '../../platform/git.ts';
import { decidingAttempt } from '../../run/attempt.ts';
import type { CommitNote, Worktree } from '../../run/run-state.ts';
import { commit } from '../../store/commit.ts';
import type { Host } from '../../store/host.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { worktreePath } from '../../store/run-paths.ts';
import { sanitizeLine } from '../../text/sanitize.ts';
import { commitMessage } from '../../view/commit-message.ts';
import { readAuthorship } from './authorship.ts';
import { contentTree } from './content-tree.ts';
import { createCommit } from './create-commit.ts';
import { headCommit, isAncestor, treeOf } from './refs.ts';

interface CommitOptions extends GitOptions {
  host: Host;
}

/**
 * Commits what a completed task left in its worktree on the task's branch, unless that is done.
 * Nothing of it is lost if this is interrupted, and repeating it makes no second commit.
 * @returns the commit with the changes of the task
 * @throws {SwarmError} if git refuses, which the ledger then records, or worktree and branch are gone
 */
export async function commitWork(
  run: RunHandle,
  task: string,
  { host, ...options }: CommitOptions,
): Promise<string> {
  const worktree = run.state.worktrees.get(task);
  if (!worktree) throw new SwarmError(`task ${task} has no worktree`, EXIT.notFound);
  try {
    const done = await commitContent(run, task, worktree, options);
    const isNew = done.commit !== (worktree.commit ?? worktree.base);
    if (isNew) commit(run, [{ event: 'worktree.committed', at: host.now(), task, ...done }], host);
    return done.commit;
  } catch (error) {
    if (!(error instanceof SwarmError) || options.signal?.aborted) throw error;
    const message = sanitizeLine(error.message, 500);
    if (message !== worktree.problem)
      commit(run, [{ event: 'worktree.uncommitted', at: host.now(), task, message }], host);
    throw error;
  }
}

interface Done {
  commit: string;
  notes: CommitNote[];
}

async function commitContent(
  run: RunHandle,
  task: string,
  { branch }: Worktree,
  options: GitOptions,
): Promise<Done> {
  const path = worktreePath(run.paths, task);
  if (!existsSync(path)) return { commit: await tipOf(run.paths.root, path, branch), notes: [] };
  const found = await inspect(path, branch, options);
  const { tip, tree, isAttached } = found;
  const parents = [
    ...(await parentsOf(path, found, options)),
    ...(await mergedInto(path, found, options)),
  ];
  const [parent = found.head] = parents;
  const isDone = parents.length === 1 && tree === (await treeOf(path, parent, options));
  const isBehind = parent === tip && tree === found.headTree && !isAttached;
  const made =
    isDone || isBehind
      ? { commit: parent, notes: [] }
      : await create(run, task, { path, tree, parents }, options);
  await moveBranch(path, { ...found, branch, to: made.commit, isAtContent: !isBehind }, options);
  const isElsewhere =
    found.tip !== null && found.head !== found.tip && parents.includes(found.head);
  const notes: CommitNote[] =
    isElsewhere && parents.length > 1 ? [...made.notes, 'other_branch'] : made.notes;
  return { commit: made.commit, notes };
}

async function tipOf(root: string, path: string, branch: string): Promise<string> {
  const tip = await headCommit(root, branch);
  if (tip) return tip;
  const message = `neither the worktree ${path} nor its branch ${branch} exists`;
  throw new SwarmError(message, EXIT.notCompleted);
}

/** A worktree as its agent left it. */
interface Found {
  head: string;
  headTree: string;
  /** Of the task's branch; null if the agent deleted it. */
  tip: string | null;
  /** Everything in it. */
  tree: string;
  /** Whether the task's branch is checked out. */
  isAttached: boolean;
}

async function inspect(path: string, branch: string, options: GitOptions): Promise<Found> {
  const names = await gitOrThrow(path, ['rev-parse', 'HEAD', 'HEAD^{tree}'], options);
  const [head = '', headTree = ''] = names.split('\n');
  const { stdout } = await git(path, ['symbolic-ref', '--quiet', 'HEAD'], options);
  const isAttached = stdout.trim() === `refs/heads/${branch}`;
  const tip = isAttached ? head : await headCommit(path, branch, options);
  return { head, headTree, tip, tree: await contentTree(path, options), isAttached };
}

/**
 * What the commit follows. An agent may have left its branch: then everything that it committed there
 * or elsewhere is in the history, and the content is what it left in the worktree.
 */
async function parentsOf(path: string, { head, tip }: Found, options: GitOptions) {
  if (tip === null || (await isAncestor(path, tip, head, options))) return [head];
  return (await isAncestor(path, head, tip, options)) ? [tip] : [tip, head];
}

/**
 * The commit that is being merged in the worktree, if one is.
 * @throws {SwarmError} if a file still has the marks of a conflict
 */
async function mergedInto(
  path: string,
  { head, tree }: Found,
  options: GitOptions,
): Promise<string[]> {
  const args = ['rev-parse', '--verify', '--quiet', 'MERGE_HEAD'];
  const { code, stdout } = await git(path, args, options);
  const merged = stdout.trim();
  if (code !== 0 || (await isAncestor(path, merged, head, options))) return [];
  const grep = ['grep', '-l', '-I', '-E', '^(<{7}|>{7}) ', tree];
  const marked = (await git(path, grep, options)).stdout.trim();
  if (marked === '') return [merged];
  const files = marked.split('\n').map((line) => line.replace(`${tree}:`, ''));
  throw new SwarmError(
    `the conflict is not resolved: there are marks of it in ${files.slice(0, 8).join(', ')}`,
    EXIT.notCompleted,
  );
}

async function create(
  run: RunHandle,
  task: string,
  { path, ...content }: { path: string; tree: string; parents: string[] },
  options: GitOptions,
): Promise<Done> {
  const state = run.state.tasks.get(task);
  const abstract = decidingAttempt(state?.attempts ?? [])?.abstract ?? '';
  const title = state?.plan.title ?? task;
  const message = commitMessage({ run: run.paths.run, task, title, abstract });
  const author = await readAuthorship(path, options);
  // Where one signature failed, the next would only take as long again.
  const isSigned = author.isSigned && !isUnsigned(run);
  const made = await createCommit(path, { ...content, message }, { ...author, isSigned }, options);
  const notes: CommitNote[] = [
    ...(author.isSigned && (made.isSignatureMissing || !isSigned) ? ['unsigned' as const] : []),
    ...(author.isPerson ? [] : ['unknown_author' as const]),
  ];
  return { commit: made.commit, notes };
}

function isUnsigned({ state }: RunHandle): boolean {
  return [...state.worktrees.values()].some(({ notes }) => notes.includes('unsigned'));
}

/** Moves the task's branch, unless it was moved meanwhile, and checks it out as it is. */
async function moveBranch(
  path: string,
  {
    branch,
    tip,
    to,
    isAttached,
    isAtContent,
  }: Found & { branch: string; to: string; isAtContent: boolean },
  options: GitOptions,
): Promise<void> {
  const ref = `refs/heads/${branch}`;
  if (to !== tip) {
    const update = ['update-ref', '-m', 'swarm: commit', ref, to, tip ?? ''];
    await gitOrThrow(path, update, options);
  }
  if (!isAtContent) return;
  if (!isAttached) await gitOrThrow(path, ['symbolic-ref', 'HEAD', ref], options);
  // The index may be locked by a git that was killed; then it only looks changed.
  if (to !== tip || !isAttached) await git(path, ['reset', '--quiet'], options);
}
