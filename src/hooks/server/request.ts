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
 * @returns null when no server answers
 */
export function askServer(mailbox: Spool, request: HookRequest): HookAnswer | null {
  const bell = openBell(mailbox);
  if (bell === null) return null;
  const id = `${process.pid}-${Date.now()}`;
  const letter = exchangePaths(mailbox, id);
  try {
    writeFileSync(letter.request, JSON.stringify(request), { flag: 'wx', mode: 0o600 });
    writeSync(bell, `${id}\n`);
    const answer = waitForAnswer(letter.answer);
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

function waitForAnswer(path: string): HookAnswer | null {
  const until = Date.now() + PATIENCE;
  while (!existsSync(path)) {
    if (Date.now() > until) return null;
    sleepSync(1);
  }
  return JSON.parse(readFileSync(path, 'utf8'));
}
