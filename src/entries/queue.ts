import { connectSupervisorQueue } from '../queue/engine/supervisor-queue.ts';
import { createQueueExecutor } from '../queue/orders/queue-executor.ts';
import { queueSecret, urlWithPassword } from '../queue/queue-access.ts';
import type { RunHandle } from '../store/run-handle.ts';
import type { LastingExecutor } from '../supervisor/worker-pool.ts';

/** The queue's process: its environment. */

/** Opens a queue through which other machines execute the tasks of a run. */
export async function openExecutor(run: RunHandle, url: string): Promise<LastingExecutor> {
  const secret = queueSecret(process.env);
  const queue = await connectSupervisorQueue(urlWithPassword(url, process.env));
  return createQueueExecutor(run, queue, secret);
}

export {
  awaitEnd,
  drainWorkers,
  installWorkerService,
  operate,
  planWorkerService,
  recoverWorker,
  serveWorker,
  uninstallWorkerService,
} from './queue-worker.ts';
