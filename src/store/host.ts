import type { ProcessIdentity } from '../platform/process/process-identity.ts';
import type { RunHandle } from './run-handle.ts';
import type { RunPaths } from './run-paths.ts';

/** The origin of a change of a run. The next step that is reported depends on it. */
export type Caller =
  /** A person, in their own terminal. */
  | { kind: 'person' }
  /** A Claude Code session, through a command that it runs. */
  | { kind: 'session'; session: string }
  /** A client process that `swarm run` started for one attempt. */
  | { kind: 'worker'; attempt: string }
  /** The client itself, through a hook. */
  | { kind: 'client' }
  /** A client of the MCP server. */
  | { kind: 'mcp' }
  /** The hub: for a person or a program, such as `the page from 127.0.0.1`, or by a trigger. */
  | { kind: 'hub'; by: string };

/**
 * What a change of a run needs from its process. Every entry creates one and passes it down;
 * nothing below an entry reads the clock, the process table or the environment itself.
 */
export interface Host {
  /** The directory that contains `.swarm`; absolute. */
  readonly root: string;
  readonly caller: Caller;
  /** The user's directory for what agents must not write, outside of any repository; absolute. */
  readonly stateDir: string;
  /** Whether Claude Code loads this as a plugin, with scoped agent types, or from `.claude`. */
  readonly isPlugin: boolean;
  /** @returns the time as ISO 8601 with milliseconds */
  now(): string;
  /** Whether a recorded process is still running; one that reuses its id does not count. */
  isAlive(known: ProcessIdentity): boolean;
  /** Starts a process that sends a run's due notifications, and does not wait for it. */
  notify(paths: RunPaths): void;
  /** Whether the spans of ended runs go to a collector of OpenTelemetry, which is also a notification. */
  readonly isTraced?: boolean;
  /** @throws {SwarmError} when there is no such run */
  load(paths: RunPaths): RunHandle;
  /**
   * Publishes the given tasks of a run later, together with other changes. If undefined, every
   * commit publishes at once.
   */
  defer?(run: RunHandle, tasks: readonly string[]): void;
}

/** The Claude Code session that a caller belongs to; null outside of one. */
export function sessionOf(caller: Caller): string | null {
  if (caller.kind === 'session') return caller.session;
  // The session of a worker has the id of its attempt.
  return caller.kind === 'worker' ? caller.attempt : null;
}
