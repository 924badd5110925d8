import { chmodSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Where hook processes leave events for the plugin's server of one client. */
export interface Spool {
  dir: string;
  /** A named pipe on which a hook process writes the id of its letter, a line. */
  bell: string;
}

/** One event and what was decided about it. */
export interface ExchangePaths {
  request: string;
  /** The request once the server has it: whoever renames or removes a file first, has it alone. */
  taken: string;
  answer: string;
}

/**
 * @param dataDir the plugin's data directory, which the client names to both
 * @param clientPid the client, of which both are children
 */
export function spoolOf(dataDir: string, clientPid: number): Spool {
  const dir = join(mailboxes(dataDir), String(clientPid));
  return { dir, bell: join(dir, 'bell') };
}

function mailboxes(dataDir: string): string {
  return join(dataDir, 'hooks');
}

export const EXCHANGE_ID = /^\d{1,10}-\d{1,15}$/;

/** @param id of the form `LETTER_ID` */
export function exchangePaths({ dir }: Spool, id: string): ExchangePaths {
  const name = join(dir, id);
  return { request: `${name}.request`, taken: `${name}.taken`, answer: `${name}.answer` };
}

/**
 * Makes the mailbox of a client anew, for the user alone, and removes those of clients that are
 * gone, whose servers were killed.
 */
export function prepareSpool(
  dataDir: string,
  clientPid: number,
  isRunning: (pid: number) => boolean,
): Spool {
  const all = mailboxes(dataDir);
  const mailbox = spoolOf(dataDir, clientPid);
  mkdirSync(all, { recursive: true, mode: 0o700 });
  chmodSync(all, 0o700);
  for (const name of readdirSync(all)) {
    const pid = Number.parseInt(name, 10);
    if (pid === clientPid || (pid > 0 && !isRunning(pid)))
      rmSync(join(all, name), { recursive: true, force: true });
  }
  mkdirSync(mailbox.dir, { mode: 0o700 });
  return mailbox;
}
