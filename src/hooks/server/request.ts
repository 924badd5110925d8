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

/** A server that does not answer in this time is taken for none; milliseconds. */
const PATIENCE = 3_000;

/**
 * Leaves a request in the mailbox of the plugin's server, rings, and waits for the answer. All of it
 * is done with files: a socket would take longer to load than the rest of the process.
 * @param clock milliseconds since the epoch
 * @returns null when no server answers
 */
export function askServer(
  mailbox: Spool,
  request: HookRequest,
  { pid, clock }: { pid: number; clock(): number },
): HookAnswer | null {
  const bell = openBell(mailbox);
  if (bell === null) return null;
  const id = `${pid}-${clock()}`;
  const letter = exchangePaths(mailbox, id);
  try {
    writeFileSync(letter.request, JSON.stringify(request), { flag: 'wx', mode: 0o600 });
    writeSync(bell, `${id}\n`);
    const answer = waitForAnswer(letter.answer, clock);
    unlinkSync(answer === null ? letter.request : letter.answer);
    return answer;
  } catch {
    // The server ended, or the disk is full.
    return null;
  }
}

/** @returns null where nobody would hear it */
function openBell({ bell }: Spool): number | null {
  try {
    return openSync(bell, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return null;
  }
}

function waitForAnswer(path: string, clock: () => number): HookAnswer | null {
  const until = clock() + PATIENCE;
  while (!existsSync(path)) {
    if (clock() > until) return null;
    sleepSync(1);
  }
  return JSON.parse(readFileSync(path, 'utf8'));
}
