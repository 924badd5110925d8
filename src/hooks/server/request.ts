import {
  constants,
  existsSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { sleepSync } from '../../platform/read-stdin-sync.ts';
import type { HookAnswer, HookRequest } from './protocol.ts';
import { exchangePaths, type Spool } from './spool.ts';

/** A server that has not answered within this time counts as gone; milliseconds. */
const ANSWER_TIMEOUT = 3_000;

/**
 * Writes a request to the spool of the plugin's server, announces it on the FIFO and waits for the
 * answer. It uses only files: loading sockets would take longer than the rest of the process.
 * @param clock milliseconds since the epoch
 * @returns null when no server answers
 */
export function askServer(
  spool: Spool,
  request: HookRequest,
  { pid, clock }: { pid: number; clock(): number },
): HookAnswer | null {
  const fifo = openFifo(spool);
  if (fifo === null) return null;
  const id = `${pid}-${clock()}`;
  const exchange = exchangePaths(spool, id);
  try {
    writeFileSync(exchange.request, JSON.stringify(request), { flag: 'wx', mode: 0o600 });
    writeSync(fifo, `${id}\n`);
    const answer = waitForAnswer(exchange.answer, clock);
    unlinkSync(answer === null ? exchange.request : exchange.answer);
    return answer;
  } catch {
    // The server has exited, or the disk is full.
    return null;
  }
}

/** @returns null if no server reads it */
function openFifo({ fifo }: Spool): number | null {
  try {
    return openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return null;
  }
}

function waitForAnswer(path: string, clock: () => number): HookAnswer | null {
  const until = clock() + ANSWER_TIMEOUT;
  while (!existsSync(path)) {
    if (clock() > until) return null;
    sleepSync(1);
  }
  return JSON.parse(readFileSync(path, 'utf8'));
}
