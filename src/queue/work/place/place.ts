import { mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GitOptions, git, gitOrThrow } from '../../../platform/git.ts';
import type { Order } from '../../wire/order.ts';
import { fetchCommits, type MirrorContext } from './mirror.ts';

/** Where an attempt runs on this machine. */
export interface Place {
  /** Holds everything; removed with the place. */
  directory: string;
  /**
   * A clone whose own working tree is empty: it has `.swarm`, and git worktrees are made from it. So
   * no configuration of the repository applies to the run, which has its policy from its supervisor.
   */
  root: string;
}

/**
 * Makes a clone of the order's repository at its base commit, with the branches that it needs.
 * @param places the directory for places; absolute
 * @throws {SwarmError} if a commit cannot be had
 */
export async function makePlace(
  order: Order,
  { places, ...context }: MirrorContext & { places: string },
  options: GitOptions,
): Promise<Place> {
  const { repository, attempt } = order;
  const mirror = await fetchCommits(order, context, options);
  mkdirSync(places, { recursive: true, mode: 0o700 });
  const directory = join(realpathSync(places), attempt);
  const root = join(directory, 'repository');
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { mode: 0o700 });
  const clone = ['clone', '--quiet', '--shared', '--no-checkout', '--no-tags', '--template='];
  await gitOrThrow(directory, [...clone, '--', mirror, root], options);
  await setRemote(root, repository.remote, options);
  await gitOrThrow(root, ['update-ref', '--no-deref', 'HEAD', repository.base], options);
  for (const { branch, commit } of repository.inputs)
    await gitOrThrow(root, ['update-ref', `refs/heads/${branch}`, commit], options);
  return { directory, root };
}

/** The mirror is a matter of this machine; what an agent sees is the repository's own remote. */
async function setRemote(root: string, remote: string | null, options: GitOptions): Promise<void> {
  const args = remote === null ? ['remove', 'origin'] : ['set-url', 'origin', remote];
  await git(root, ['remote', ...args], options);
}

/** Checks out a commit in a directory of the place. @returns its path */
export async function checkOut(
  { directory, root }: Place,
  commit: string,
  options: GitOptions,
): Promise<string> {
  const path = join(directory, 'checkout');
  await gitOrThrow(root, ['worktree', 'add', '--quiet', '--detach', path, commit], options);
  return path;
}

/**
 * Copies the settings that the client finds in a commit.
 * @returns a directory that has only them; null if the commit has none
 */
export async function extractSettings(
  { directory, root }: Place,
  commit: string,
  options: GitOptions,
): Promise<string | null> {
  const file = '.claude/settings.json';
  const { code, stdout } = await git(root, ['show', `${commit}:${file}`], options);
  if (code !== 0) return null;
  const project = join(directory, 'settings');
  mkdirSync(join(project, '.claude'), { recursive: true });
  writeFileSync(join(project, file), stdout);
  return project;
}

export function removePlace({ directory }: Pick<Place, 'directory'>): void {
  rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
