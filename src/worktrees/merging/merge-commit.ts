import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SwarmError } from '../../errors/swarm-error.ts';
import { type GitOptions, git, gitOrThrow } from '../../platform/git.ts';
import type { Authorship } from '../commits/authorship.ts';
import { SIGNING_MS } from '../commits/create-commit.ts';

/** Overrides whatever the person has configured that would change the outcome or start programs. */
const CONFIG = [
  'gc.auto=0',
  'maintenance.auto=false',
  'rerere.enabled=false',
  'core.fsmonitor=false',
]
  .concat('submodule.recurse=false')
  .flatMap((setting) => ['-c', setting]);
const MERGE = [
  ...CONFIG,
  ...['merge', '--no-ff', '--no-edit', '--quiet', '--no-stat', '--no-log', '--no-verify'],
  '--no-verify-signatures',
];

export interface MergeSource {
  /** The commit to merge. */
  source: string;
  message: string;
  author: Authorship;
}

/** What merging a commit into a detached worktree led to. */
export type Merged =
  | { outcome: 'merged'; tip: string; isSignatureMissing: boolean }
  /** The worktree shows the conflict until it is reset. */
  | { outcome: 'conflict'; files: string[] }
  | { outcome: 'failed'; reason: string };

/** Merges a commit into the detached commit that is checked out in a worktree. */
export async function mergeCommit(
  path: string,
  { source, message, author }: MergeSource,
  options: GitOptions,
): Promise<Merged> {
  const merge = (sign: readonly string[], limit?: AbortSignal) =>
    git(path, [...MERGE, ...sign, '-m', message, source], {
      env: author.env,
      ...signalOf(options, limit),
    });
  if (author.isSigned) {
    const result = await inTime((limit) => merge([], limit), options);
    if (result?.code === 0) return { ...(await tipOf(path, options)), isSignatureMissing: false };
    const files = await unmergedFiles(path, options);
    if (files.length > 0) return { outcome: 'conflict', files };
    await resetTo(path, 'HEAD', options);
  }
  const { code, stdout, stderr } = await merge(['--no-gpg-sign']);
  if (code === 0) return { ...(await tipOf(path, options)), isSignatureMissing: author.isSigned };
  const files = await unmergedFiles(path, options);
  if (files.length > 0) return { outcome: 'conflict', files };
  return { outcome: 'failed', reason: stderr.trim() || stdout.trim() || `exit code ${code}` };
}

function signalOf({ signal }: GitOptions, limit?: AbortSignal): GitOptions {
  const signals = [signal, limit].filter((one) => one !== undefined);
  return signals.length > 0 ? { signal: AbortSignal.any(signals) } : {};
}

/** @returns null if git is not done in time, because a signature waits for somebody */
async function inTime<Result>(
  run: (limit: AbortSignal) => Promise<Result>,
  { signal }: GitOptions,
): Promise<Result | null> {
  try {
    return await run(AbortSignal.timeout(SIGNING_MS));
  } catch (error) {
    if (signal?.aborted || !(error instanceof SwarmError)) throw error;
    return null;
  }
}

/** The commit that is checked out, detached. Reading the file takes no process. */
async function tipOf(path: string, options: GitOptions) {
  const outcome = 'merged' as const;
  try {
    const link = readFileSync(join(path, '.git'), 'utf8')
      .replace(/^gitdir: /, '')
      .trim();
    const tip = readFileSync(join(resolve(path, link), 'HEAD'), 'utf8').trim();
    if (/^[0-9a-f]{40,64}$/.test(tip)) return { outcome, tip };
  } catch {
    // Git stores its references in another way.
  }
  return { outcome, tip: await gitOrThrow(path, ['rev-parse', 'HEAD'], options) };
}

async function unmergedFiles(path: string, options: GitOptions): Promise<string[]> {
  const diff = ['diff', '--name-only', '--diff-filter=U', '-z'];
  return (await gitOrThrow(path, diff, options)).split('\0').filter(Boolean);
}

/** Makes a worktree what a commit has. What git ignores stays, such as installed packages. */
export async function resetTo(path: string, commit: string, options: GitOptions): Promise<void> {
  await gitOrThrow(path, ['reset', '--hard', '--quiet', commit], options);
  await gitOrThrow(path, ['clean', '-ffdq'], options);
}
