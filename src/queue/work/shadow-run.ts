import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_WORKER_OPTIONS } from '../../claude/command-line.ts';
import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import { type LedgerEvent, ledgerEvent, type RunOpened } from '../../ledger/events.ts';
import type { Task } from '../../plan/plan-schema.ts';
import type { ProcessIdentity } from '../../platform/process/process-identity.ts';
import type { Attempt } from '../../run/attempt.ts';
import { dropApproval, keepApproval } from '../../store/approvals.ts';
import type { Host } from '../../store/host.ts';
import { loadRun, type RunHandle } from '../../store/run-handle.ts';
import { markActive } from '../../store/run-index.ts';
import { type RunPaths, runPaths, swarmDir } from '../../store/run-paths.ts';
import type { Order } from '../wire/order.ts';
import { DEFAULT_POOL } from '../wire/wire-fields.ts';

/** The events of an order, as they are true on this machine. */
export interface OrderedRun {
  events: readonly LedgerEvent[];
  opened: RunOpened;
  task: Task;
}

/**
 * Reads the events of an order. Process ids of the supervisor's machine mean nothing here, and a client
 * that finds its supervisor gone ends itself, so this process takes the supervisor's place.
 * @throws {SwarmError} if they are no run with the task of the order
 */
export function readOrder(order: Order, process: ProcessIdentity): OrderedRun {
  const events = eventsOf(order, process);
  const [opened] = events;
  if (opened?.event !== 'run.opened' || opened.run !== order.run)
    throw invalid(`its first line is no run.opened of ${order.run}`);
  const task = opened.tasks.find(({ id }) => id === order.task);
  if (!task) throw invalid(`run ${order.run} has no task ${order.task}`);
  return { events, opened, task };
}

/** A run as a worker has it: what the order brought, and what its attempt adds. */
export interface ShadowRun {
  run: RunHandle;
  attempt: Attempt;
  /** Where the lines that the attempt adds begin in the ledger; bytes. */
  ownFrom: number;
}

/**
 * Lays the run of an order into a clone, so that hooks, `swarm checkpoint` and `swarm result` work as
 * they do on the supervisor's machine.
 * @param root of the clone
 * @throws {SwarmError} if the attempt could not be launched in the run
 */
export function layShadowRun(
  order: Order,
  { events, opened, task }: OrderedRun,
  root: string,
  host: Pick<Host, 'stateDir'>,
): ShadowRun {
  const paths = runPaths(root, order.run);
  for (const directory of [paths.tasks, paths.results, paths.checks])
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(join(swarmDir(root), '.gitignore'), '*\n');
  for (const [path, text] of Object.entries(order.files)) write(join(paths.dir, path), text);
  write(paths.plan, `${opened.context}\n\n## ${task.id}\n\n${task.brief}\n`);
  write(paths.ledger, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  markActive(paths);
  const run = loadRun(paths);
  const attempt = run.state.attempts.get(order.attempt);
  if (!attempt || attempt.refusal || attempt.end || attempt.task !== order.task)
    throw invalid(`attempt ${order.attempt} of ${order.task} cannot be launched in it`);
  for (const approval of approvalsOf(order)) keepApproval(host, paths, approval);
  return { run, attempt, ownFrom: run.size };
}

/** Removes the approvals that the attempt did not use. */
export function dropApprovals(order: Order, paths: RunPaths, host: Pick<Host, 'stateDir'>): void {
  for (const approval of approvalsOf(order)) dropApproval(host, paths, approval);
}

function approvalsOf({ approvals }: Order): { id: string; sha256: string }[] {
  return approvals.map(({ gate: id, sha256 }) => ({ id, sha256 }));
}

/** The order itself says how its attempt is started and what it may cost. */
const OPTIONS = { ...DEFAULT_WORKER_OPTIONS, worktrees: true };

function eventsOf({ ledger, attempt }: Order, process: ProcessIdentity): LedgerEvent[] {
  const events = ledger.map(parseLine);
  const supervisor = events.findLast((event) => event.event === 'supervisor.started');
  return events.flatMap((event): LedgerEvent[] => {
    switch (event.event) {
      case 'supervisor.ended':
        return [];
      case 'supervisor.started':
        return event === supervisor
          ? [{ ...event, process, replaces: null, maxParallel: 1, options: OPTIONS }]
          : [];
      case 'attempt.launched':
        if (event.attempt === attempt) return [{ ...event, pool: undefined, client: process }];
        // This machine has one slot, and other attempts may have run at the same time.
        return [{ ...event, pool: event.pool ?? DEFAULT_POOL, client: process }];
      default:
        return [event];
    }
  });
}

function parseLine(line: string): LedgerEvent {
  try {
    return ledgerEvent.parse(JSON.parse(line));
  } catch (error) {
    throw invalid(`it has a line that is no event (${(error as Error).message})`);
  }
}

function write(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600 });
}

function invalid(why: string): SwarmError {
  return new SwarmError(`the order is invalid: ${why}`, EXIT.badInput);
}
