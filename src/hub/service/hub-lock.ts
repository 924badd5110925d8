import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import type { ProcessIdentity } from '../../platform/process/process-identity.ts';
import { readRegularFile } from '../../platform/regular-file.ts';
import { hubDirectory } from './hub-directory.ts';

/** A hub that serves a repository. */
export interface RunningHub {
  id: string;
  process: ProcessIdentity;
  /** The name of its machine. */
  machine: string;
  /** ISO 8601. */
  startedAt: string;
  /** Null until it listens. */
  url: string | null;
}

/** What the lock needs of its process. */
export interface LockContext {
  stateDir: string;
  isAlive(known: ProcessIdentity): boolean;
}

const line = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('started'),
    hub: z.string(),
    at: z.string(),
    process: z.object({ pid: z.int(), startedAt: z.nullable(z.string()) }),
    machine: z.string(),
    root: z.string(),
  }),
  z.object({ event: z.literal('listening'), hub: z.string(), url: z.string() }),
  z.object({ event: z.literal('ended'), hub: z.string() }),
]);
type LockLine = z.infer<typeof line>;

/**
 * Makes a hub the one of a repository. The order of the lines in the file decides: of several hubs
 * the first that is alive has the lock, so a dead one is replaced without any clean-up.
 * @throws {SwarmError} if another hub serves the repository
 */
export function acquireHub(
  root: string,
  hub: Pick<RunningHub, 'id' | 'process' | 'machine' | 'startedAt'>,
  context: LockContext,
): void {
  const { id, process, machine, startedAt } = hub;
  append(root, context, { event: 'started', hub: id, at: startedAt, process, machine, root });
  const first = findHub(root, context);
  if (first?.id === id) return;
  releaseHub(root, id, context);
  const other = first ? `process ${first.process.pid}${first.url ? ` at ${first.url}` : ''}` : '';
  throw new SwarmError(
    `a hub already serves ${root}: ${other}; use that one, or end it first`,
    EXIT.notCompleted,
  );
}

/** Publishes the address at which a hub listens. */
export function publishUrl(root: string, hub: string, url: string, context: LockContext): void {
  append(root, context, { event: 'listening', hub, url });
}

/** Records that a hub no longer serves a repository. */
export function releaseHub(root: string, hub: string, context: LockContext): void {
  append(root, context, { event: 'ended', hub });
}

/** The hub that serves a repository; null if none does. */
export function findHub(root: string, context: LockContext): RunningHub | null {
  const hubs = new Map<string, RunningHub>();
  for (const entry of readLines(root, context)) {
    const known = hubs.get(entry.hub);
    if (entry.event === 'started') {
      const { hub: id, process, machine, at: startedAt } = entry;
      hubs.set(id, { id, process, machine, startedAt, url: null });
    } else if (entry.event === 'ended') hubs.delete(entry.hub);
    else if (known) known.url = entry.url;
  }
  return [...hubs.values()].find((hub) => context.isAlive(hub.process)) ?? null;
}

function lockFile(root: string, { stateDir }: LockContext): string {
  return join(hubDirectory(stateDir, root), 'hub.lock');
}

function append(root: string, context: LockContext, entry: LockLine): void {
  const path = lockFile(root, context);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  appendFileSync(path, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
}

function readLines(root: string, context: LockContext): LockLine[] {
  let text = '';
  try {
    text = readRegularFile(lockFile(root, context));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return text.split('\n').flatMap((one) => {
    try {
      return line.parse(JSON.parse(one));
    } catch {
      // A line of which only a part was written, or of another version.
      return [];
    }
  });
}
