import type { RunHandle } from '../store/run-handle.ts';
import type { LastingExecutor } from '../supervisor/worker-pool.ts';
import type { WorkerProgram } from './machines/worker-program.ts';

/** The parts of the queue that the command line uses; the entry hands them in. */
export interface QueueProgram extends WorkerProgram {
  /**
   * Opens a queue through which other machines execute the tasks of a run.
   * @param url as it was given; a password that it lacks is taken from `SWARM_QUEUE_URL`
   * @throws {SwarmError} if nothing answers there, or `SWARM_QUEUE_SECRET` is not set
   */
  openExecutor(run: RunHandle, url: string): Promise<LastingExecutor>;
}
