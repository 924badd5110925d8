import { recordAgentEnd } from '../../operations/record-agent-end.ts';
import { commit } from '../../store/commit.ts';
import { sanitizeLine } from '../../text/sanitize.ts';
import { closeIfEnded, type OrderBook, runOf } from './order-book.ts';

/** A task that loses every machine on which it runs may be the reason; then attempts count again. */
const MAX_LOST = 3;

/**
 * Gives up an attempt whose machine is gone. That uses up no attempt, a few times per task.
 * @param reason one sentence
 */
export function loseMachine(book: OrderBook, attempt: string, reason: string): void {
  const order = book.open.get(attempt);
  if (!order || closeIfEnded(book, attempt)) return;
  const run = runOf(book);
  const { host, onNote } = book.pool.options;
  const { task } = order.worker.attempt;
  const message = sanitizeLine(reason, 500);
  const attempts = run.state.tasks.get(task)?.attempts ?? [];
  const lost = attempts.filter(({ worker }) => worker?.isMachineLost).length;
  onNote(`${task}: ${message}`);
  if (lost < MAX_LOST) {
    commit(run, [{ event: 'machine.lost', at: host.now(), attempt, reason: message }], host);
  } else {
    const end = { outcome: 'lost', category: 'lost', message, text: null } as const;
    recordAgentEnd(run, { agentId: attempt, attempt, ...end }, host);
  }
  closeIfEnded(book, attempt);
  // A machine that is still there ends it at once, and not only when it notices.
  const clear = async () => {
    await book.queue.withdraw(order.pool, attempt);
    await book.queue.stop(attempt, false);
  };
  clear().catch(() => {});
}
