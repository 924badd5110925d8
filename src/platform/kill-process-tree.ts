import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, type ProcessIdentity } from './process-identity.ts';
import { type ProcessRow, readProcessTable } from './process-table.ts';

/**
 * The process of a worker and how what it started is recognised. It leads a group, but a shell that
 * the client starts for a command leads one of its own, and a child whose parent has ended belongs
 * to nobody. So on Linux all of them bear a mark in their environment.
 */
export interface ProcessTree {
  leader: ProcessIdentity;
  /** `NAME=value` that only this worker and what it started have. */
  envTag: string;
}

/** How often a process that has time to end is looked at; milliseconds. */
const POLL_MS = 25;

/**
 * Ends workers that are not children of this process: asks them, and kills what is left.
 * @param grace milliseconds that they have
 */
export async function terminateProcessTrees(
  workers: readonly ProcessTree[],
  grace: number,
): Promise<void> {
  const alive = workers.filter((worker) => isAlive(worker.leader));
  for (const worker of alive) signalGroup(worker.leader.pid, 'SIGTERM');
  for (let waited = 0; waited < grace; waited += POLL_MS) {
    if (!alive.some((worker) => isAlive(worker.leader))) break;
    await sleep(POLL_MS);
  }
  for (const worker of workers) killProcessTree(worker, isAlive(worker.leader));
}

/** Sends a signal to a process group; one that has no process any more is no error. */
export function signalGroup(leader: number, signal: NodeJS.Signals): void {
  signalIfAlive(-leader, signal);
}

/**
 * Kills a worker and all it started, at once. A process that was stopped starts no other, so when a
 * look finds nothing new all of them are known.
 * @param isGroupOurs whether the number of the worker's group is surely still its own
 */
export function killProcessTree(worker: ProcessTree, isGroupOurs: boolean): void {
  const known = new Set<number>();
  for (;;) {
    const found = findMembers(worker, isGroupOurs, known);
    if (found.length === 0) break;
    for (const pid of found) {
      signalIfAlive(pid, 'SIGSTOP');
      known.add(pid);
    }
  }
  for (const pid of known) signalIfAlive(pid, 'SIGKILL');
  // Also where the system does not tell what runs.
  if (isGroupOurs) signalGroup(worker.leader.pid, 'SIGKILL');
}

/** The processes of a worker that are not known yet. */
function findMembers(
  { leader, envTag }: ProcessTree,
  isGroupOurs: boolean,
  known: ReadonlySet<number>,
): number[] {
  const members = new Set(known);
  const isMember = ({ pid, parent, group, environment }: ProcessRow) =>
    members.has(parent) ||
    (isGroupOurs && (group === leader.pid || pid === leader.pid)) ||
    hasEnvTag(environment, envTag);
  let rest = listProcesses().filter(({ pid }) => pid !== process.pid && !known.has(pid));
  for (;;) {
    const found = rest.filter(isMember);
    if (found.length === 0) break;
    for (const { pid } of found) members.add(pid);
    rest = rest.filter(({ pid }) => !members.has(pid));
  }
  return [...members].filter((pid) => !known.has(pid));
}

/** Where there is no descriptor left to look with, none is known. */
function listProcesses(): ProcessRow[] {
  try {
    return readProcessTable();
  } catch {
    return [];
  }
}

function hasEnvTag(environment: string | null, envTag: string): boolean {
  return environment !== null && `\0${environment}`.includes(`\0${envTag}\0`);
}

/** Sends a signal to a process, or with a negative number to its group; one that has ended is no error. */
export function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended since it was looked at.
  }
}
