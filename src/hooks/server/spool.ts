import { chmodSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The directory in which hook processes leave events for the plugin's server of one client. */
export interface Spool {
  dir: string;
  /** A named pipe to which a hook process writes the id of its exchange as a line. */
  fifo: string;
}

/** The files of one event and its answer. */
export interface ExchangePaths {
  request: string;
  /** The request once the server has it: the first to rename or remove the file owns it. */
  taken: string;
  answer: string;
}

/**
 * @param dataDir the plugin's data directory, which the client passes to hook and server
 * @param clientPid the client, the parent process of both
 */
export function spoolOf(dataDir: string, clientPid: number): Spool {
  const dir = join(spoolsDir(dataDir), String(clientPid));
  return { dir, fifo: join(dir, 'bell') };
}

function spoolsDir(dataDir: string): string {
  return join(dataDir, 'hooks');
}

export const EXCHANGE_ID = /^\d{1,10}-\d{1,15}$/;

/** @param id matches `EXCHANGE_ID` */
export function exchangePaths({ dir }: Spool, id: string): ExchangePaths {
  const name = join(dir, id);
  return { request: `${name}.request`, taken: `${name}.taken`, answer: `${name}.answer` };
}

/**
 * Recreates the spool of a client, accessible only to the user, and removes the spools of clients
 * that are gone and whose servers were killed.
 */
export function prepareSpool(
  dataDir: string,
  clientPid: number,
  isRunning: (pid: number) => boolean,
): Spool {
  const all = spoolsDir(dataDir);
  const spool = spoolOf(dataDir, clientPid);
  mkdirSync(all, { recursive: true, mode: 0o700 });
  chmodSync(all, 0o700);
  for (const name of readdirSync(all)) {
    const pid = Number.parseInt(name, 10);
    if (pid === clientPid || (pid > 0 && !isRunning(pid)))
      rmSync(join(all, name), { recursive: true, force: true });
  }
  mkdirSync(spool.dir, { mode: 0o700 });
  return spool;
}
