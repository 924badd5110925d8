import { SwarmError } from '../../errors/swarm-error.ts';
import { recordAgentEnd } from '../../operations/record-agent-end.ts';
import type { TaskState } from '../../run/run-state.ts';
import { commit } from '../../store/commit.ts';
import { CANCELLED } from '../../supervisor/run-task.ts';
import type { ActiveWorker } from '../../supervisor/worker-pool.ts';
import { inTurn } from '../../supervisor/working-directory.ts';
import { sanitizeLine } from '../../text/sanitize.ts';
import type { OrderAddress } from '../engine/port.ts';
import { sign } from '../wire/signed.ts';
import { DEFAULT_POOL } from '../wire/wire-fields.ts';
import { makeOrder } from './make-order.ts';
import { closeIfEnded, type OpenOrder, type OrderBook, runOf } from './order-book.ts';

/** How long a worker may take to end an attempt that it was asked to end; milliseconds. */
const STOP_MS = 20_000;

/**
 * Has an attempt executed by a worker, until its end is in the ledger. One that was ordered before is
 * not ordered again.
 */
export async function executeOrder(
  book: OrderBook,
  task: TaskState,
  worker: ActiveWorker,
): Promise<void> {
  const { id } = worker.attempt;
  const order = openOrder(worker);
  book.open.set(id, order);
  worker.running = { stop: (_, isForGood) => stop(book, id, isForGood), kill() {} };
  if (!order.isSubmitted) await submit(book, task, order);
  await order.closed;
  book.pool.workers.delete(id);
}

function openOrder(worker: ActiveWorker): OpenOrder {
  const { worker: known } = worker.attempt;
  let close = () => {};
  const closed = new Promise<void>((resolve) => {
    close = resolve;
  });
  return {
    ...{ worker, pool: known?.pool ?? DEFAULT_POOL, misses: 0, closed, close },
    ...{ isStopping: false, isSubmitted: known?.machine != null },
  };
}

async function submit(book: OrderBook, task: TaskState, order: OpenOrder): Promise<void> {
  const { pool, queue, secret, repositories } = book;
  const { id } = order.worker.attempt;
  try {
    const repository = await inTurn(pool, () => repositories.describe(task.plan.id));
    if (order.isStopping || !book.open.has(id)) return;
    const content = makeOrder(book, task, id, repository);
    const { run } = content;
    const address: OrderAddress = { pool: order.pool, run, task: task.plan.id, attempt: id };
    await queue.submit(sign(content, secret), address);
    order.isSubmitted = true;
    // It was asked to end while the engine took it.
    if (order.isStopping && (await queue.withdraw(order.pool, id))) recordStopped(book, id);
  } catch (error) {
    if (!(error instanceof SwarmError)) throw error;
    const message = sanitizeLine(error.message, 500);
    const at = pool.options.host.now();
    const refused = { event: 'attempt.refused', at, attempt: id, message } as const;
    commit(pool.run, [{ ...refused, category: 'fatal' }], pool.options.host);
    closeIfEnded(book, id);
  }
}

/** Ends an attempt wherever it is. */
function stop(book: OrderBook, id: string, isForGood: boolean): void {
  const order = book.open.get(id);
  if (!order || order.isStopping) return;
  order.isStopping = true;
  const giveUp = setTimeout(() => recordStopped(book, id), STOP_MS);
  const ask = async () => {
    const isWithdrawn = await book.queue.withdraw(order.pool, id);
    if (isWithdrawn || !order.isSubmitted) recordStopped(book, id);
    else await book.queue.stop(id, isForGood);
  };
  ask().catch(book.pool.fail);
  void order.closed.then(() => clearTimeout(giveUp));
}

/** The end of an attempt that no worker has, or whose worker does not answer. */
function recordStopped(book: OrderBook, id: string): void {
  const order = book.open.get(id);
  if (!order || closeIfEnded(book, id)) return;
  const { pool } = book;
  const run = runOf(book);
  const { host } = pool.options;
  const { verdict, attempt } = order.worker;
  try {
    if (isContinued(book, order)) {
      const reason = 'the supervisor was interrupted';
      commit(run, [{ event: 'session.ended', at: host.now(), session: id, reason }], host);
    } else {
      recordAgentEnd(run, { agentId: id, attempt: attempt.id, ...(verdict ?? CANCELLED) }, host);
    }
    closeIfEnded(book, id);
  } catch (error) {
    pool.fail(error);
  }
}

/** Whether a stopped attempt ends only because its supervisor does. */
function isContinued({ pool }: OrderBook, { worker }: OpenOrder): boolean {
  const isCancelled = pool.run.state.tasks.get(worker.attempt.task)?.cancelRequestedAt != null;
  return pool.isClosing && worker.verdict === null && !isCancelled;
}
