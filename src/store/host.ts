import type { ProcessIdentity } from '../platform/process-identity.ts';
import type { RunHandle } from './run-handle.ts';
import type { RunPaths } from './run-paths.ts';

/** Who asks for a change of a run. What they are told next depends on it. */
export type Caller =
  /** A person, in a terminal of their own. */
  | { kind: 'person' }
  /** A conversation, through a command that it runs. */
  | { kind: 'session'; session: string }
  /** A client process that `swarm run` started for one attempt. */
  | { kind: 'worker'; attempt: string }
  /** The client itself, through a hook. */
  | { kind: 'client' }
  /** A client of the MCP server. */
  | { kind: 'mcp' };

/**
 * What changing a run needs from the process it happens in. Every entry makes one and hands it
 * down; nothing below an entry reads the clock, the process table or the environment itself.
 */
export interface Host {
  /** The directory that holds `.swarm`; absolute. */
  readonly root: string;
  readonly caller: Caller;
  /** Whether Claude Code loads this as a plugin, whose agent types are scoped, or from `.claude`. */
  readonly isPlugin: boolean;
  /** @returns the time as ISO 8601 with milliseconds */
  now(): string;
  /** Whether a recorded process still runs; one that reuses its id does not count. */
  isAlive(known: ProcessIdentity): boolean;
  /** Starts a process that notifies people of what is due in a run, and does not wait for it. */
  notify(paths: RunPaths): void;
  /** @throws {SwarmError} when there is no such run */
  load(paths: RunPaths): RunHandle;
  /**
   * Publishes the named tasks of a run later, together with other changes. Left out, every commit
   * publishes at once.
   */
  defer?(run: RunHandle, tasks: readonly string[]): void;
}

/** The Claude Code session that a caller belongs to; null outside of one. */
export function sessionOf(caller: Caller): string | null {
  if (caller.kind === 'session') return caller.session;
  // The session of a worker has the id of its attempt.
  return caller.kind === 'worker' ? caller.attempt : null;
}
