import { plural } from '../../text/format.ts';
import type { OrderState } from '../engine/port.ts';
import { loseMachine } from './lose-machine.ts';
import type { OrderBook } from './order-book.ts';
import { runOf } from './order-book.ts';

/** How often the engine is asked about the orders that are out; milliseconds. */
const LOOK_MS = 5_000;

/** An order that the engine does not know this often in a row is lost. */
const MAX_MISSES = 2;

/**
 * Notices orders that the engine lost, machines that no longer answer, and pools that no worker
 * serves.
 * @returns a function that stops it
 */
export function watchOrders(book: OrderBook): () => void {
  const watched = new Map<string, () => void>();
  const unserved = new Map<string, number>();
  let isLooking = false;
  const look = async () => {
    if (isLooking || book.open.size === 0) return;
    isLooking = true;
    try {
      for (const pool of poolsOf(book)) {
        if (!watched.has(pool)) watched.set(pool, watchStalled(book, pool));
      }
      await findLost(book);
      await noteUnserved(book, unserved);
    } finally {
      isLooking = false;
    }
  };
  const timer = setInterval(() => void look().catch(() => {}), LOOK_MS);
  return () => {
    clearInterval(timer);
    for (const stop of watched.values()) stop();
  };
}

function poolsOf({ open }: OrderBook): Set<string> {
  return new Set([...open.values()].map(({ pool }) => pool));
}

function watchStalled(book: OrderBook, pool: string): () => void {
  return book.queue.onStalled([pool], (attempt) => {
    const machine = book.open.get(attempt)?.worker.attempt.worker?.machine ?? 'its machine';
    loseMachine(book, attempt, `${machine} no longer answers`);
  });
}

async function findLost(book: OrderBook): Promise<void> {
  const { queue, open } = book;
  // Whatever is said there is newer than what the engine says about the order.
  if ((await queue.backlog(runOf(book).paths.run)) > 0) return;
  for (const pool of poolsOf(book)) {
    const attempts = [...open].filter(([, order]) => order.pool === pool).map(([id]) => id);
    const states = await queue.find(pool, attempts);
    for (const [attempt, state] of states) countMiss(book, attempt, state);
  }
}

function countMiss(book: OrderBook, attempt: string, state: OrderState): void {
  const order = book.open.get(attempt);
  if (!order) return;
  const isThere = state === 'waiting' || state === 'active';
  order.misses = isThere || !order.isSubmitted ? 0 : order.misses + 1;
  if (order.misses < MAX_MISSES) return;
  const machine = order.worker.attempt.worker?.machine;
  const where = machine ? `, which ${machine} had taken` : '';
  loseMachine(book, attempt, `the queue lost the order${where}`);
}

/** Says once which pools nobody serves, at the second look; again if that changed. */
async function noteUnserved(book: OrderBook, unserved: Map<string, number>): Promise<void> {
  const served = new Set((await book.queue.machines()).flatMap(({ pools }) => Object.keys(pools)));
  for (const pool of poolsOf(book)) {
    const looks = served.has(pool) ? 0 : (unserved.get(pool) ?? 0) + 1;
    unserved.set(pool, looks);
    if (looks !== 2) continue;
    const waiting = [...book.open.values()].filter((order) => order.pool === pool).length;
    const tasks = waiting === 1 ? '1 task waits' : `${plural(waiting, 'task')} wait`;
    book.pool.options.onNote(
      `no worker serves the pool ${pool}, for which ${tasks}. Start one: swarm worker --queue URL --pool ${pool}=2`,
    );
  }
}
