import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { findRun } from '../operations/find-run.ts';
import type { Host } from '../store/host.ts';
import type { RunHandle } from '../store/run-handle.ts';
import type { SupervisorProgram } from '../supervisor/spawn-supervisor.ts';
import type { LiveRuns } from './live/live-runs.ts';
import type { Triggers } from './triggers.ts';

/** A repository that the hub serves. */
export interface Repository {
  /** Unique among those of the hub: the name of its directory, with a number if that is taken. */
  name: string;
  /** Loads runs through `live`. */
  host: Host;
  live: LiveRuns;
  /** Starts `swarm run` in it. */
  program: SupervisorProgram;
  triggers: Triggers;
}

/** What the routes of the hub need. */
export interface HubContext {
  version: string;
  /** The bearer token that each request must prove to know. */
  token: string;
  /** The names and addresses under which requests may reach the hub, without ports. */
  hostnames: readonly string[];
  repositories: readonly Repository[];
  /** The configuration directory of Claude Code, which keeps the transcripts of agents; absolute. */
  clientDir: string;
  now(): string;
  /** @throws {SwarmError} if no client is installed that could execute a run */
  findClient(): Promise<string>;
  /**
   * Answers a request of an MCP client, which has been authenticated.
   * @param root of the repository, absolute
   */
  mcp(request: Request, root: string): Promise<Response>;
}

/** A run, and the repository that it is in. */
export interface FoundRun {
  repository: Repository;
  run: RunHandle;
}

/**
 * Finds a run in any repository of the hub.
 * @throws {SwarmError} when the name is malformed or no repository has the run
 */
export function findHubRun(repositories: readonly Repository[], name: string): FoundRun {
  let missing: unknown;
  for (const repository of repositories) {
    try {
      return { repository, run: findRun(repository.host, name) };
    } catch (error) {
      if (!(error instanceof SwarmError) || error.exitCode !== EXIT.notFound) throw error;
      missing ??= error;
    }
  }
  throw missing;
}

/** @throws {SwarmError} when the hub serves no such repository */
export function findRepository(repositories: readonly Repository[], name: string): Repository {
  const found = repositories.find((one) => one.name === name);
  if (found) return found;
  const known = repositories.map((one) => one.name).join(', ');
  throw new SwarmError(
    `this hub serves no repository ${JSON.stringify(name)}; it serves: ${known}`,
    EXIT.notFound,
  );
}
