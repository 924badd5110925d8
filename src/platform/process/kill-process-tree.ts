import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, type ProcessIdentity } from './process-identity.ts';
import { type ProcessRow, readProcessTable } from './process-table.ts';

/**
 * A process and everything it has started. The leader has its own process group, but a shell that it
 * starts may lead another one, and a process whose parent has exited loses that link. Therefore all
 * of them carry a tag in their environment, which Linux can show.
 */
export interface ProcessTree {
  leader: ProcessIdentity;
  /** `NAME=value`, an environment variable that only these processes have. */
  envTag: string;
}

/** How often a process that is exiting is checked, in milliseconds. */
const POLL_MS = 25;

/**
 * Terminates processes that are not children of this one: SIGTERM first, then SIGKILL for what is
 * left.
 * @param graceMs how long they may take to exit, in milliseconds
 */
export async function terminateProcessTrees(
  trees: readonly ProcessTree[],
  graceMs: number,
): Promise<void> {
  const alive = trees.filter((tree) => isAlive(tree.leader));
  for (const tree of alive) signalGroup(tree.leader.pid, 'SIGTERM');
  for (let waited = 0; waited < graceMs; waited += POLL_MS) {
    if (!alive.some((tree) => isAlive(tree.leader))) break;
    await sleep(POLL_MS);
  }
  for (const tree of trees) killProcessTree(tree, isAlive(tree.leader));
}

/** Sends a signal to a process group. A group without processes is not an error. */
export function signalGroup(leader: number, signal: NodeJS.Signals): void {
  signalIfAlive(-leader, signal);
}

/**
 * Kills a process and everything it has started, without delay. A stopped process cannot start
 * another one, so all of them are known once a search finds nothing new.
 * @param isGroupOurs whether the group with the leader's id certainly still belongs to it
 */
export function killProcessTree(tree: ProcessTree, isGroupOurs: boolean): void {
  const known = new Set<number>();
  for (;;) {
    const found = findMembers(tree, isGroupOurs, known);
    if (found.length === 0) break;
    for (const pid of found) {
      signalIfAlive(pid, 'SIGSTOP');
      known.add(pid);
    }
  }
  for (const pid of known) signalIfAlive(pid, 'SIGKILL');
  // This works even if the system cannot list processes.
  if (isGroupOurs) signalGroup(tree.leader.pid, 'SIGKILL');
}

/** The processes of a tree that are not in `known`. */
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

/** @returns no process if the system cannot list them, for example for lack of a file descriptor */
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

/**
 * Sends a signal to a process. One that has exited is not an error.
 * @param pid a negative number addresses the group with that id
 */
export function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has exited in the meantime.
  }
}
