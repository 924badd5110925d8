import { execFile } from 'node:child_process';
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

/** Decides about one event; what fails is the process's to enter. */
export type HandleHook = (request: HookRequest) => HookAnswer | Promise<HookAnswer>;

/**
 * Answers hook processes that leave their events in a mailbox. A process that stays has loaded its
 * code once, which is most of what a hook costs.
 * @param mailbox that is empty and can be entered by the user alone
 * @returns what ends it and removes the mailbox
 * @throws where no named pipe can be made
 */
export async function serveHooks(mailbox: Spool, answer: HandleHook): Promise<() => void> {
  await promisify(execFile)('mkfifo', ['-m', '600', mailbox.bell]);
  const bell = openSync(mailbox.bell, constants.O_RDONLY | constants.O_NONBLOCK);
  // Without a writer that stays, the first one that leaves would end it for all.
  const held = openSync(mailbox.bell, constants.O_WRONLY | constants.O_NONBLOCK);
  const { ino } = fstatSync(bell);
  const listener = new Socket({ fd: bell, readable: true, writable: false });
  let rest = '';
  listener.setEncoding('utf8').on('data', (text: string) => {
    const ids = (rest + text).split('\n');
    rest = ids.pop() ?? '';
    for (const id of ids) if (EXCHANGE_ID.test(id)) void answerLetter(mailbox, id, answer);
  });
  return () => {
    listener.destroy();
    closeSync(held);
    // A later server of the same client may have made it anew.
    if (statSync(mailbox.bell, { throwIfNoEntry: false })?.ino === ino)
      rmSync(mailbox.dir, { recursive: true, force: true });
  };
}

async function answerLetter(mailbox: Spool, id: string, answer: HandleHook): Promise<void> {
  const letter = exchangePaths(mailbox, id);
  try {
    renameSync(letter.request, letter.taken);
  } catch {
    // The process waited too long, and handles the event itself.
    return;
  }
  try {
    const request = readFileSync(letter.taken, 'utf8');
    rmSync(letter.taken);
    writeFileAtomic(letter.answer, JSON.stringify(await answer(JSON.parse(request))));
  } catch {
    // Where the disk is full no answer can be left, and the process handles the event itself.
  }
}
