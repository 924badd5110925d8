import type { LedgerEvent } from '../../ledger/events.ts';
import { readLedger } from '../../ledger/ledger-file.ts';
import type { RunPaths } from '../../store/run-paths.ts';
import type { Message } from '../wire/message.ts';
import type { Order } from '../wire/order.ts';
import { isEndOfAttempt, isWorkerEvent } from '../wire/worker-events.ts';
import { readNamedFiles } from './named-files.ts';

type Ended = Extract<Message, { kind: 'ended' }>;
type Progress = Pick<Ended, 'lines' | 'files'>;

/** Sends what an attempt records. */
export interface Forwarding {
  /** Sends what is left, as the last message, once the ledger has the end of the attempt. */
  finish(branch: Ended['branch']): Promise<void>;
  /** Sends nothing more. */
  abandon(): void;
}

export type Sending =
  | ({ kind: 'lines' } & Progress)
  | ({ kind: 'ended' } & Progress & Pick<Ended, 'branch'>);

/** How often the ledger is looked at; milliseconds. */
const LOOK_MS = 200;

/**
 * Forwards what is appended to the ledger of a run until its attempt ends. The end itself waits for
 * {@link Forwarding.finish}: whatever needs the task must find its branch.
 * @param from where the new lines begin; bytes
 * @param send resolves when the message is safe; called one at a time
 * @param fail called if the ledger cannot be read
 */
export function startForwarding(
  paths: RunPaths,
  { order, from }: { order: Pick<Order, 'task' | 'attempt'>; from: number },
  send: (message: Sending) => Promise<void>,
  fail: (error: unknown) => void,
): Forwarding {
  let offset = from;
  let isOver = false;
  let held: LedgerEvent[] = [];
  let wake = () => {};

  const take = (): LedgerEvent[] => {
    const part = readLedger(paths.ledger, offset);
    offset = part.offset;
    return part.events.filter((event) => isWorkerEvent(event, order));
  };
  /** What can be sent now; everything from the end of the attempt on is held back. */
  const takeProgress = (): LedgerEvent[] => {
    const events = take();
    const end = held.length > 0 ? 0 : events.findIndex(isEndOfAttempt);
    if (end === -1) return events;
    held = [...held, ...events.slice(end)];
    return events.slice(0, end);
  };
  const pump = async () => {
    while (!isOver) {
      const events = takeProgress();
      if (events.length > 0) await send({ kind: 'lines', ...progressOf(paths, events) });
      else {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, LOOK_MS);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    }
  };
  const pumped = pump().catch(fail);
  const stop = () => {
    isOver = true;
    wake();
  };
  return {
    async finish(branch) {
      stop();
      await pumped;
      const rest = [...held, ...take()];
      await send({ kind: 'ended', ...progressOf(paths, rest), branch });
    },
    abandon: stop,
  };
}

function progressOf(paths: RunPaths, events: readonly LedgerEvent[]): Progress {
  const lines = events.map((event) => JSON.stringify(event));
  return { lines, files: readNamedFiles(paths, events) };
}
