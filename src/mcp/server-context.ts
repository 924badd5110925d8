import type { StartNotifier } from '../operations/commit.ts';
import type { ProcessIdentity } from '../platform/process-identity.ts';
import type { SupervisorProgram } from '../supervisor/spawn-supervisor.ts';

/** What the entry gives to the MCP server. */
export interface ServerContext {
  /** The directory that holds `.swarm`; nothing outside of it is read or written. */
  root: string;
  isPlugin: boolean;
  /** Whether the server belongs to an agent of a run: then it can only look. */
  isWorker: boolean;
  now(): string;
  isAlive(known: ProcessIdentity): boolean;
  startNotifier: StartNotifier;
  /** @throws {SwarmError} when no client is there to execute a run */
  findClient(): Promise<string>;
  program: SupervisorProgram;
  /** Options of `swarm run` that who set up the server gave for all its runs. */
  runFlags: readonly string[];
}
