import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import { git, gitOrThrow } from '../../platform/git.ts';
import { branchOf } from '../../run/worktree-state.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import type { Blobs } from '../engine/port.ts';
import type { Message } from '../wire/message.ts';

type Ended = Extract<Message, { kind: 'ended' }>;

/**
 * Sets the branch of a task to what the attempt that decides delivered. Workers never set it.
 * @throws {SwarmError} if the commit is not there, or it is another than the message says
 */
export async function takeBranch(
  { paths: { root, run } }: RunHandle,
  { task, attempt }: Pick<Ended, 'task' | 'attempt'>,
  { commit, bundle }: NonNullable<Ended['branch']>,
  blobs: Blobs,
): Promise<void> {
  const ref = `refs/swarm/${attempt}`;
  const branch = branchOf(run, task);
  try {
    if (bundle === null) await fetchPushed(root, ref);
    else await fetchBundle(root, { ref, branch, key: bundle }, blobs);
    const found = await gitOrThrow(root, ['rev-parse', '--verify', `${ref}^{commit}`]);
    if (found !== commit) {
      throw new SwarmError(
        `expected commit ${commit} on the branch of task ${task}, found ${found}`,
        EXIT.notCompleted,
      );
    }
    await gitOrThrow(root, ['update-ref', `refs/heads/${branch}`, commit]);
  } finally {
    await git(root, ['update-ref', '-d', ref]);
  }
}

const FETCH = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head'];

async function fetchBundle(
  root: string,
  { ref, branch, key }: { ref: string; branch: string; key: string },
  blobs: Blobs,
): Promise<void> {
  const content = await blobs.get(key);
  if (!content) {
    throw new SwarmError(`the queue no longer has the branch ${branch}`, EXIT.notCompleted);
  }
  const directory = mkdtempSync(join(tmpdir(), 'swarm-bundle-'));
  try {
    const file = join(directory, 'branch.bundle');
    writeFileSync(file, content, { mode: 0o600 });
    await gitOrThrow(root, [...FETCH, file, `+refs/heads/${branch}:${ref}`]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function fetchPushed(root: string, ref: string): Promise<void> {
  await gitOrThrow(root, [...FETCH, 'origin', `+${ref}:${ref}`]);
  // The remote keeps it only until it was taken.
  await git(root, ['push', '--quiet', '--no-verify', 'origin', `:${ref}`]);
}
