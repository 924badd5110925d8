import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SwarmError } from '../../errors/swarm-error.ts';
import type { LedgerEvent } from '../../ledger/events.ts';
import { recordAgentEnd } from '../../operations/record-agent-end.ts';
import { writeFileAtomic } from '../../platform/write-file-atomic.ts';
import { commit } from '../../store/commit.ts';
import { makeDirectory } from '../../store/own-directory.ts';
import { writeReport } from '../../store/reports.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { worktreePath } from '../../store/run-paths.ts';
import { inTurn } from '../../supervisor/working-directory.ts';
import { type Message, message as schema } from '../wire/message.ts';
import { type Signed, verify } from '../wire/signed.ts';
import { isEndOfAttempt } from '../wire/worker-events.ts';
import { type Accepted, acceptLines } from './accept-lines.ts';
import { loseMachine } from './lose-machine.ts';
import { closeIfEnded, type OpenOrder, type OrderBook, runOf } from './order-book.ts';
import { takeBranch } from './take-branch.ts';

/**
 * Takes one message of a worker: stores the files that it brought, and appends what it recorded to the
 * ledger of the run. Handling it again changes nothing.
 * @throws if the ledger or a file cannot be written; the message then comes again
 */
export async function handleMessage(book: OrderBook, received: Signed): Promise<void> {
  const { pool, secret } = book;
  const { content, problem } = verify(received, secret, schema);
  if (content === null) {
    pool.options.onNote(`refused a message from the queue: ${problem}`);
    return;
  }
  const run = runOf(book);
  if (content.run !== run.paths.run) return;
  const order = book.open.get(content.attempt);
  if (content.kind === 'lost') return loseMachine(book, content.attempt, content.why);
  const accepted = acceptLines(content, run.state, pool.options.host.now());
  if (!order || closeIfEnded(book, content.attempt)) return recordCost(book, content, accepted);
  try {
    await record(book, order, content, accepted);
  } catch (error) {
    pool.fail(error);
    throw error;
  }
}

type Progress = Exclude<Message, { kind: 'lost' }>;

async function record(
  book: OrderBook,
  order: OpenOrder,
  message: Progress,
  accepted: Accepted,
): Promise<void> {
  const { pool } = book;
  const run = runOf(book);
  const { host, onNote } = pool.options;
  const { attempt, task, machine } = message;
  for (const problem of accepted.problems) onNote(`${task}: refused from ${machine}: ${problem}`);
  if (message.kind === 'ended' && message.branch) {
    const { branch } = message;
    try {
      await inTurn(pool, () => takeBranch(run, message, branch, book.queue.blobs));
    } catch (error) {
      if (!(error instanceof SwarmError)) throw error;
      return loseMachine(book, attempt, error.message);
    }
  }
  storeFiles(run, accepted);
  const { verdict } = order.worker;
  const isOverruled = verdict !== null && !accepted.events.some(isReported);
  const events = isOverruled
    ? accepted.events.filter((event) => !isEndOfAttempt(event))
    : accepted.events;
  const placed = placedOn(order, machine, host.now());
  const fresh = book.recorded.add(attempt, events);
  if (placed.length + fresh.length > 0) commit(run, [...placed, ...fresh], host);
  if (message.kind !== 'ended') return;
  if (isOverruled) recordAgentEnd(run, { agentId: attempt, attempt, ...verdict }, host);
  dropUnusedWorktree(book, message);
  if (!closeIfEnded(book, attempt)) loseMachine(book, attempt, `${machine} sent no end of it`);
}

function isReported(event: LedgerEvent): boolean {
  return event.event === 'agent.ended' && event.outcome === 'reported';
}

function placedOn({ worker }: OpenOrder, machine: string, at: string): LedgerEvent[] {
  const { id: attempt, worker: known } = worker.attempt;
  return known?.machine === machine ? [] : [{ event: 'attempt.placed', at, attempt, machine }];
}

/** What an attempt cost counts, even if nothing else of it does. */
function recordCost(book: OrderBook, { attempt }: Progress, { events }: Accepted): void {
  const run = runOf(book);
  if (!run.state.attempts.get(attempt)?.worker?.pool) return;
  const costs = events.filter(({ event }) => event === 'worker.used');
  const fresh = book.recorded.add(attempt, costs);
  if (fresh.length > 0) commit(run, fresh, book.pool.options.host);
}

/** A file is on the disk before the ledger names it. */
function storeFiles({ paths }: RunHandle, { files }: Accepted): void {
  for (const [path, text] of files) {
    const report = /^results\/(.+)\.md$/.exec(path)?.[1];
    if (report !== undefined) {
      writeReport(paths, report, text);
      continue;
    }
    makeDirectory(paths.checks);
    writeFileAtomic(join(paths.dir, path), text);
  }
}

/** A worktree without a branch was on the worker's machine, where nothing is left of it. */
function dropUnusedWorktree(book: OrderBook, message: Progress): void {
  const run = runOf(book);
  const { host } = book.pool.options;
  const { task } = message;
  const worktree = run.state.worktrees.get(task);
  const isKept = message.kind !== 'ended' || message.branch !== null || worktree?.problem;
  if (!worktree || isKept || worktree.commit || existsSync(worktreePath(run.paths, task))) return;
  commit(run, [{ event: 'worktree.removed', at: host.now(), task }], host);
}
