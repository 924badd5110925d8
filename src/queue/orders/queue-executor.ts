import { existsSync } from 'node:fs';
import { countPooled, type TaskState } from '../../run/run-state.ts';
import { isEnded, toStatusDocument } from '../../run/status-document.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { worktreePath } from '../../store/run-paths.ts';
import { addWorker, type LastingExecutor, type WorkerPool } from '../../supervisor/worker-pool.ts';
import type { SupervisorQueue } from '../engine/port.ts';
import { DEFAULT_POOL } from '../wire/wire-fields.ts';
import { executeOrder } from './execute-order.ts';
import { handleMessage } from './handle-message.ts';
import { newOrderBook, type OrderBook } from './order-book.ts';
import { watchOrders } from './watch-orders.ts';

/**
 * Executes attempts on other machines, through a queue.
 * @param secret signs orders and messages
 */
export function createQueueExecutor(
  run: RunHandle,
  queue: SupervisorQueue,
  secret: string,
): LastingExecutor {
  let book: OrderBook | null = null;
  const closing: (() => Promise<void> | void)[] = [];
  const bookOf = (pool: WorkerPool) => {
    book ??= newOrderBook(pool, queue, secret);
    return book;
  };
  return {
    isHere: false,
    hasRoomFor: (pool, task) =>
      book !== null && mayLeave(pool, task) && countPooled(run.state) < run.state.orders.limit,
    placeOf: (_, { plan }) => ({ pool: plan.pool ?? DEFAULT_POOL }),
    run: (pool, task, worker) => executeOrder(bookOf(pool), task, worker),
    async takeUp(pool, onEnd) {
      const opened = bookOf(pool);
      for (const attempt of run.state.attempts.values()) {
        const task = run.state.tasks.get(attempt.task);
        if (!attempt.worker?.pool || attempt.end || attempt.refusal || !task) continue;
        const worker = addWorker(pool, attempt);
        worker.done = executeOrder(opened, task, worker).then(onEnd).catch(pool.fail);
      }
      closing.push(watchOrders(opened));
      closing.push(await queue.consume(run.paths.run, (message) => handleMessage(opened, message)));
    },
    async close() {
      for (const close of closing) await close();
      if (isEnded(toStatusDocument(run.state).status)) await queue.forget(run.paths.run);
      await queue.close();
    },
  };
}

/**
 * Whether a task may be executed elsewhere: not if a conflict in this repository is its work, and not
 * while this machine, which has its worktree, executes tasks as well.
 */
function mayLeave({ run }: WorkerPool, { plan }: TaskState): boolean {
  if (plan.resolves !== undefined) return false;
  return run.state.parallel.limit === 0 || !existsSync(worktreePath(run.paths, plan.id));
}
