import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import { git, gitOrThrow } from '../../platform/git.ts';
import { branchOf } from '../../run/worktree-state.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { formatBytes } from '../../text/format.ts';
import { headCommit } from '../../worktrees/commits/refs.ts';
import type { Blobs } from '../engine/port.ts';
import type { Message } from '../wire/message.ts';
import type { Order } from '../wire/order.ts';
import { GIT_OF_ORDERS } from './place/mirror.ts';
import type { Place } from './place/place.ts';

type Delivery = Extract<Message, { kind: 'ended' }>['branch'];

/** A larger bundle is pushed to the remote, if there is one; bytes. */
const LARGE = 10_000_000;
/** What the engine's server takes as one value; bytes. */
const LARGEST = 256_000_000;

/**
 * Brings the branch of a task to where its supervisor finds it: as a bundle in the engine, or if it is
 * large on the remote.
 * @returns null if the task has no branch, or nothing was committed on it
 * @throws {SwarmError} if neither works; the place then still has it
 */
export async function deliverBranch(
  run: RunHandle,
  order: Order,
  { place: { directory, root }, blobs }: { place: Place; blobs: Blobs },
): Promise<Delivery> {
  const { task, attempt, repository } = order;
  const branch = branchOf(run.paths.run, task);
  const commit = await headCommit(root, branch);
  const worktree = run.state.worktrees.get(task);
  if (commit === null || !worktree || commit === worktree.base) return null;
  const file = join(directory, 'branch.bundle');
  const known = [repository.base, ...repository.inputs.map((input) => input.commit)];
  const bundle = ['bundle', 'create', '--quiet', file, `refs/heads/${branch}`];
  await gitOrThrow(root, [...bundle, ...known.map((one) => `^${one}`)]);
  const { size } = statSync(file);
  if (size > LARGE && repository.remote !== null) {
    const refspec = `${commit}:refs/swarm/${attempt}`;
    const push = ['push', '--quiet', '--no-verify', '--', repository.remote, refspec];
    const { code } = await git(root, push, { env: GIT_OF_ORDERS });
    if (code === 0) return { commit, bundle: null };
  }
  if (size > LARGEST) throw tooLarge(size, repository.remote);
  const key = await blobs.put(readFileSync(file));
  rmSync(file);
  return { commit, bundle: key };
}

function tooLarge(size: number, remote: string | null): SwarmError {
  const way = remote === null ? 'the run has no remote to push it to' : `${remote} refused it`;
  return new SwarmError(
    `its branch has ${formatBytes(size)}, more than the queue takes (${formatBytes(LARGEST)}), and ${way}`,
    EXIT.notCompleted,
  );
}
