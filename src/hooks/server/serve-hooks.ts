import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { Socket } from 'node:net';
import { promisify } from 'node:util';
import { writeFileAtomic } from '../../platform/write-file-atomic.ts';
import type { HookAnswer, HookRequest } from './protocol.ts';
import { EXCHANGE_ID, exchangePaths, type Spool } from './spool.ts';

/** Handles one event. On failure the hook process records the error. */
export type HandleHook = (request: HookRequest) => HookAnswer | Promise<HookAnswer>;

/**
 * Answers hook processes that write their events to a spool. A long-lived process loads its code
 * only once, and loading is most of the cost of a hook.
 * @param spool empty, and accessible only to the user
 * @returns a function that stops the server and removes the spool
 * @throws if no named pipe can be created
 */
export async function serveHooks(spool: Spool, answer: HandleHook): Promise<() => void> {
  // Loaded late: the client's first question is answered before.
  const { execFile } = await import('node:child_process');
  await promisify(execFile)('mkfifo', ['-m', '600', spool.fifo]);
  const fifo = openSync(spool.fifo, constants.O_RDONLY | constants.O_NONBLOCK);
  // Without a permanent writer, the FIFO would end as soon as the first writer closes it.
  const held = openSync(spool.fifo, constants.O_WRONLY | constants.O_NONBLOCK);
  const { ino } = fstatSync(fifo);
  const listener = new Socket({ fd: fifo, readable: true, writable: false });
  let rest = '';
  listener.setEncoding('utf8').on('data', (text: string) => {
    const ids = (rest + text).split('\n');
    rest = ids.pop() ?? '';
    for (const id of ids) if (EXCHANGE_ID.test(id)) void answerExchange(spool, id, answer);
  });
  return () => {
    listener.destroy();
    closeSync(held);
    // A later server of the same client may have recreated it.
    if (statSync(spool.fifo, { throwIfNoEntry: false })?.ino === ino)
      rmSync(spool.dir, { recursive: true, force: true });
  };
}

async function answerExchange(spool: Spool, id: string, answer: HandleHook): Promise<void> {
  const exchange = exchangePaths(spool, id);
  try {
    renameSync(exchange.request, exchange.taken);
  } catch {
    // The process timed out and handles the event itself.
    return;
  }
  try {
    const request = readFileSync(exchange.taken, 'utf8');
    rmSync(exchange.taken);
    writeFileAtomic(exchange.answer, JSON.stringify(await answer(JSON.parse(request))));
  } catch {
    // If the disk is full, there is no answer and the process handles the event itself.
  }
}
