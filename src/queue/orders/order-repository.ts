import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import { git, gitOrThrow } from '../../platform/git.ts';
import { branchOf, worktreesNeeded } from '../../run/worktree-state.ts';
import type { Host } from '../../store/host.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { commitWork } from '../../worktrees/commits/commit-work.ts';
import type { Blobs } from '../engine/port.ts';
import type { Order } from '../wire/order.ts';

type Repository = Order['repository'];

/** Describes where workers get the commits of tasks. */
export interface OrderRepositories {
  /** @throws {SwarmError} if there is no commit, or a needed branch is gone */
  describe(task: string): Promise<Repository>;
}

/** What a server of Redis takes as one value; bytes. */
const LARGEST = 256_000_000;

/**
 * @param checkout the checkout of the run
 * @param blobs keep the bundles; equal ones are made once
 */
export function orderRepositories(
  run: RunHandle,
  checkout: string,
  { host, blobs }: { host: Host; blobs: Blobs },
): OrderRepositories {
  const bundled = new Map<string, Promise<string | null>>();
  const { root } = run.paths;
  const bundle = (commits: readonly string[], without: readonly string[]) => {
    const key = [...commits, '--', ...without].join(' ');
    const made = bundled.get(key) ?? makeBundle(root, commits, { without, blobs });
    bundled.set(key, made);
    // It may succeed later.
    made.catch(() => bundled.delete(key));
    return made;
  };
  return {
    async describe(task) {
      const base = await gitOrThrow(checkout, ['rev-parse', '--verify', 'HEAD^{commit}']);
      const remote = await remoteOf(root);
      const inputs: Repository['inputs'] = [];
      for (const need of worktreesNeeded(run.state, task)) {
        const commit = await commitWork(run, need, { host });
        inputs.push({ task: need, branch: branchOf(run.paths.run, need), commit });
      }
      const known = remote === null ? [] : ['--remotes=origin'];
      const made = [
        await bundle([base], known),
        ...(inputs.length > 0 ? [await bundle(commitsOf(inputs), [base])] : []),
      ];
      return { remote, base, bundles: made.filter((key) => key !== null), inputs };
    },
  };
}

function commitsOf(inputs: Repository['inputs']): string[] {
  return [...new Set(inputs.map(({ commit }) => commit))];
}

/** @returns the key of the bundle; null if it would be empty */
async function makeBundle(
  root: string,
  commits: readonly string[],
  { without, blobs }: { without: readonly string[]; blobs: Blobs },
): Promise<string | null> {
  const range = [...commits, '--not', ...without];
  if ((await gitOrThrow(root, ['rev-list', '--max-count=1', ...range])) === '') return null;
  const directory = mkdtempSync(join(tmpdir(), 'swarm-bundle-'));
  const file = join(directory, 'commits.bundle');
  // Git bundles refs, not commits.
  const own = `refs/swarm/orders/${randomUUID()}`;
  const refs = commits.map((_, index) => `${own}/${index}`);
  try {
    for (const [index, ref] of refs.entries()) {
      await gitOrThrow(root, ['update-ref', ref, commits[index] ?? '']);
    }
    await gitOrThrow(root, ['bundle', 'create', '--quiet', file, ...refs, '--not', ...without]);
    const content = readFileSync(file);
    if (content.length > LARGEST) throw tooLarge(content.length);
    return await blobs.put(content);
  } finally {
    for (const ref of refs) await git(root, ['update-ref', '-d', ref]);
    rmSync(directory, { recursive: true, force: true });
  }
}

function tooLarge(bytes: number): SwarmError {
  return new SwarmError(
    `the commits for a worker have ${Math.round(bytes / 1e6)} MB, more than the queue takes (${LARGEST / 1e6} MB); push them to a remote named origin that the workers can fetch from`,
    EXIT.notCompleted,
  );
}

/** The URL of `origin`, if other machines can fetch from it; without what may be a password. */
async function remoteOf(root: string): Promise<string | null> {
  const { code, stdout } = await git(root, ['remote', 'get-url', 'origin']);
  return code === 0 ? reachableUrl(stdout.trim()) : null;
}

/** @returns null for a path, which is on this machine only */
export function reachableUrl(url: string): string | null {
  if (/^[\w.-]+@[\w.-]+:(?!\/\/)/.test(url)) return url;
  if (!URL.canParse(url)) return null;
  const parsed = new URL(url);
  if (!['http:', 'https:', 'ssh:', 'git:'].includes(parsed.protocol)) return null;
  parsed.password = '';
  // A user name in a web address is often a token.
  if (parsed.protocol !== 'ssh:') parsed.username = '';
  return parsed.href;
}
