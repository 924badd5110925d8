import type { Host } from '../store/host.ts';
import type { SupervisorProgram } from '../supervisor/spawn-supervisor.ts';

/** What the entry passes to the MCP server. */
export interface ServerContext extends Host {
  /** Whether the server belongs to an agent of a run; then it can only read. */
  isWorker: boolean;
  /** @throws {SwarmError} if no client is installed that could execute a run */
  findClient(): Promise<string>;
  program: SupervisorProgram;
  /** `swarm run` options for all runs of the server, from the person who set it up. */
  runFlags: readonly string[];
}
