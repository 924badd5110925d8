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
import { type HookMailbox, LETTER_ID, letterOf } from '../../store/hook-mailbox.ts';
import { describeThrown } from '../../store/log-error.ts';
import { writeFileAtomic } from '../../store/write-file-atomic.ts';
import type { HookContext, HookOutput } from './hook-context.ts';
import type { HandlerName, HookAnswer, HookRequest } from './hook-exchange.ts';

type Handler = (payload: Record<string, unknown>, context: HookContext) => HookOutput;

export interface MailService {
  installation: string;
  handlers: Record<HandlerName, Handler>;
  /** What a handler gets besides the event of one request. */
  contextOf(request: HookRequest): HookContext;
}

/** Thrown by what a handler must not do in a process that others wait for. */
export class DeclineHook extends Error {}

/**
 * Answers hook processes that leave their events in a mailbox. A process that stays has loaded its
 * code once, which is most of what a hook costs.
 * @param mailbox that is empty and can be entered by the user alone
 * @returns what ends it and removes the mailbox
 * @throws where no named pipe can be made
 */
export async function serveHooks(mailbox: HookMailbox, service: MailService): Promise<() => void> {
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
    for (const id of ids) if (LETTER_ID.test(id)) answerLetter(mailbox, id, service);
  });
  return () => {
    listener.destroy();
    closeSync(held);
    // A later server of the same client may have made it anew.
    if (statSync(mailbox.bell, { throwIfNoEntry: false })?.ino === ino)
      rmSync(mailbox.dir, { recursive: true, force: true });
  };
}

function answerLetter(mailbox: HookMailbox, id: string, service: MailService): void {
  const letter = letterOf(mailbox, id);
  try {
    renameSync(letter.request, letter.taken);
  } catch {
    // The process waited too long, and handles the event itself.
    return;
  }
  try {
    const request = readFileSync(letter.taken, 'utf8');
    rmSync(letter.taken);
    writeFileAtomic(letter.answer, JSON.stringify(answer(request, service)));
  } catch {
    // Where the disk is full no answer can be left, and the process handles the event itself.
  }
}

function answer(text: string, service: MailService): HookAnswer {
  try {
    const request: HookRequest = JSON.parse(text);
    const handle = service.handlers[request.handler];
    if (request.installation !== service.installation || !handle) return { kind: 'declined' };
    const output = handle(JSON.parse(request.payload), service.contextOf(request));
    return { kind: 'handled', output };
  } catch (error) {
    if (error instanceof DeclineHook) return { kind: 'declined' };
    return { kind: 'failed', message: describeThrown(error) };
  }
}
