import type { Host } from '../store/host.ts';
import type { SupervisorProgram } from '../supervisor/spawn-supervisor.ts';

/** What the entry gives to the MCP server. */
export interface ServerContext extends Host {
  /** Whether the server belongs to an agent of a run: then it can only look. */
  isWorker: boolean;
  /** @throws {SwarmError} when no client is there to execute a run */
  findClient(): Promise<string>;
  program: SupervisorProgram;
  /** Options of `swarm run` that who set up the server gave for all its runs. */
  runFlags: readonly string[];
}
