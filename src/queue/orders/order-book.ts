import type { LedgerEvent } from '../../ledger/events.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { type ActiveWorker, checkoutOf, type WorkerPool } from '../../supervisor/worker-pool.ts';
import type { SupervisorQueue } from '../engine/port.ts';
import { ledgerEvents } from './ledger-events.ts';
import { type OrderRepositories, orderRepositories } from './order-repository.ts';
import { type RecordedLines, recordedLines } from './recorded-lines.ts';

/** The orders of one run that are out. */
export interface OrderBook {
  pool: WorkerPool;
  queue: SupervisorQueue;
  secret: string;
  /** By attempt. */
  open: Map<string, OpenOrder>;
  repositories: OrderRepositories;
  recorded: RecordedLines;
  /** All events of the run so far. */
  readEvents(): readonly LedgerEvent[];
}

export interface OpenOrder {
  worker: ActiveWorker;
  /** The pool in which it was ordered. */
  pool: string;
  /** Whether the engine has it, as far as is known here. */
  isSubmitted: boolean;
  isStopping: boolean;
  /** How many times in a row the engine did not know it. */
  misses: number;
  closed: Promise<void>;
  /** Called once its end is in the ledger, or another process took the run over. */
  close(): void;
}

export function newOrderBook(pool: WorkerPool, queue: SupervisorQueue, secret: string): OrderBook {
  const { run, options } = pool;
  const { host } = options;
  const { blobs } = queue;
  return {
    ...{ pool, queue, secret },
    open: new Map(),
    repositories: orderRepositories(run, checkoutOf(pool), { host, blobs }),
    recorded: recordedLines(run),
    readEvents: ledgerEvents(run.paths.ledger),
  };
}

/** Closes an order whose end is in the ledger. @returns whether that was so */
export function closeIfEnded({ open, recorded }: OrderBook, attempt: string): boolean {
  const order = open.get(attempt);
  if (!order || !hasEnded(order.worker)) return false;
  open.delete(attempt);
  recorded.forget(attempt);
  order.close();
  return true;
}

function hasEnded({ attempt }: ActiveWorker): boolean {
  return attempt.end !== null || attempt.refusal !== null;
}

/** The run of a book. */
export function runOf({ pool }: OrderBook): RunHandle {
  return pool.run;
}
