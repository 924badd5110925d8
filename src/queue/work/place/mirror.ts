import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, SwarmError } from '../../../errors/swarm-error.ts';
import { type GitOptions, git, gitOrThrow } from '../../../platform/git.ts';
import { sha256 } from '../../../platform/sha256.ts';
import type { Blobs } from '../../engine/port.ts';
import type { Order } from '../../wire/order.ts';

type Repository = Order['repository'];

/** What a worker keeps of repositories, and where bundles come from. */
export interface MirrorContext {
  /** The directory for mirrors; absolute. */
  mirrors: string;
  blobs: Blobs;
}

/**
 * The URL of a remote comes with an order. Git would run a program for some kinds of URL, and ask a
 * person for a password that nobody is there to type.
 */
export const GIT_OF_ORDERS = {
  GIT_ALLOW_PROTOCOL: 'file:git:http:https:ssh',
  GIT_TERMINAL_PROMPT: '0',
};

/** Nothing in a mirror is removed while clones borrow its objects. */
const NEVER_COLLECT = ['-c', 'gc.auto=0', '-c', 'maintenance.auto=false'];

/**
 * Brings the commits that an order needs into the bare repository that is kept for its remote. One
 * without a remote is kept by the machine of its supervisor; commits have the same id everywhere.
 * @returns the path of the bare repository
 * @throws {SwarmError} if a commit cannot be had
 */
export async function fetchCommits(
  { repository, supervisor }: Pick<Order, 'repository' | 'supervisor'>,
  { mirrors, blobs }: MirrorContext,
  options: GitOptions,
): Promise<string> {
  const { remote, bundles } = repository;
  const mirror = join(mirrors, `${sha256(remote ?? supervisor.host).slice(0, 16)}.git`);
  await createMirror(mirror, repository, options);
  const missing = () => missingCommits(mirror, repository, options);
  const told: string[] = [];
  if (remote !== null && (await missing()).length > 0) {
    const heads = '+refs/heads/*:refs/heads/*';
    told.push(await fetchFrom(mirror, remote, [heads], options));
  }
  for (const key of bundles) {
    if ((await missing()).length > 0) told.push(await addBundle(mirror, key, blobs, options));
  }
  const left = await missing();
  // Not every server gives out commits that no branch has.
  if (remote !== null && left.length > 0) told.push(await fetchFrom(mirror, remote, left, options));
  const [first] = await missing();
  if (first === undefined) return mirror;
  throw new SwarmError(explainMissing(first, repository, told), EXIT.notCompleted);
}

/** The directory appears complete, because several workers may share it. */
async function createMirror(mirror: string, { base }: Repository, options: GitOptions) {
  if (existsSync(mirror)) return;
  mkdirSync(join(mirror, '..'), { recursive: true, mode: 0o700 });
  const draft = mkdtempSync(`${mirror}.`);
  const format = base.length === 64 ? 'sha256' : 'sha1';
  try {
    const init = ['init', '--quiet', '--bare', '--template=', `--object-format=${format}`];
    await gitOrThrow(draft, init, options);
    if (!existsSync(mirror)) renameSync(draft, mirror);
  } catch (error) {
    // Another worker was faster.
    if (!existsSync(mirror)) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

async function missingCommits(
  mirror: string,
  { base, inputs }: Repository,
  options: GitOptions,
): Promise<string[]> {
  const wanted = [...new Set([base, ...inputs.map(({ commit }) => commit)])];
  const missing: string[] = [];
  for (const commit of wanted) {
    const { code } = await git(mirror, ['cat-file', '-e', `${commit}^{commit}`], options);
    if (code !== 0) missing.push(commit);
  }
  return missing;
}

/** @returns why it failed; empty if it did not */
async function fetchFrom(
  mirror: string,
  remote: string,
  refs: readonly string[],
  options: GitOptions,
): Promise<string> {
  const fetch = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--', remote, ...refs];
  const { code, stderr } = await git(mirror, [...NEVER_COLLECT, ...fetch], {
    ...options,
    env: GIT_OF_ORDERS,
  });
  return code === 0 ? '' : stderr.trim();
}

/** @returns why it failed; empty if it did not */
async function addBundle(
  mirror: string,
  key: string,
  blobs: Blobs,
  options: GitOptions,
): Promise<string> {
  const content = await blobs.get(key);
  if (content === null) return `the bundle ${key.slice(0, 12)} is no longer in the queue`;
  const directory = mkdtempSync(`${mirror}.`);
  const file = join(directory, 'commits.bundle');
  try {
    writeFileSync(file, content, { mode: 0o600 });
    const { code, stdout, stderr } = await git(mirror, ['bundle', 'unbundle', file], options);
    if (code !== 0) return stderr.trim();
    // A later bundle that builds upon this one looks for its commits in the history of refs.
    for (const [commit = ''] of stdout.split('\n').map((line) => line.split(' '))) {
      if (commit) await git(mirror, ['update-ref', `refs/swarm/${commit}`, commit], options);
    }
    return '';
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function explainMissing(commit: string, { remote }: Repository, told: readonly string[]): string {
  const why = told.filter(Boolean).at(-1);
  const from = remote === null ? 'the bundles of the order' : `${remote} and the order's bundles`;
  return `it cannot get commit ${commit.slice(0, 12)} from ${from}${why ? `: ${why}` : ''}`;
}
