import { DEFAULT_WORKER_OPTIONS } from '../../claude/command-line.ts';
import { isSwarmError } from '../../errors/swarm-error.ts';
import type { WorkerOptions } from '../../ledger/events.ts';
import { gitOrThrow } from '../../platform/git.ts';
import { usageOfRun } from '../../run/usage.ts';
import { commit } from '../../store/commit.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { worktreePath } from '../../store/run-paths.ts';
import { sanitizeLine } from '../../text/sanitize.ts';
import type { Order } from '../wire/order.ts';
import { deliverBranch } from './deliver-branch.ts';
import type { Ending } from './ending.ts';
import { startForwarding } from './forward.ts';
import type { Outbox } from './outbox.ts';
import { checkOut, type Place } from './place/place.ts';
import { runAttempt } from './run-attempt.ts';
import { dropApprovals, layShadowRun, type OrderedRun } from './shadow-run.ts';
import type { WorkContext } from './work-context.ts';

interface Work {
  order: Order;
  ordered: OrderedRun;
  /** As far as this worker allows it. */
  client: Order['client'];
  place: Place;
  outbox: Outbox;
  ending: Ending;
}

/**
 * Runs an attempt in its place, and sends what it records while it does.
 * @returns whether the place must stay, because its branch could not be delivered
 */
export async function workInPlace(work: Work, context: WorkContext): Promise<boolean> {
  const { order, ordered, place, outbox, ending } = work;
  const shadow = layShadowRun(order, ordered, place.root, context.host);
  const { run, attempt, ownFrom } = shadow;
  const options = await workerOptions(work, run);
  const running = runAttempt(run, attempt, options, context);
  const forwarding = startForwarding(run.paths, { order, from: ownFrom }, outbox.send, (error) => {
    context.onFault(error);
    running.kill();
  });
  const overdue = setTimeout(running.expire, order.deadline.startToCloseMs + OVERDUE_MS);
  try {
    ending.attach(running);
    await running.ended;
    if (ending.reason() === 'lost') return false;
    const delivered = await deliver(work, run, context);
    await forwarding.finish(delivered.branch);
    return delivered.isKept;
  } catch (error) {
    running.kill();
    throw error;
  } finally {
    clearTimeout(overdue);
    forwarding.abandon();
    dropApprovals(order, run.paths, context.host);
  }
}

/** The supervisor ends an attempt in time, unless it is no longer reached; milliseconds. */
const OVERDUE_MS = 60_000;

/** How the client is started. Tasks that write nothing read the base commit, and what they need. */
async function workerOptions(
  { order, ordered, client, place, ending }: Work,
  run: RunHandle,
): Promise<WorkerOptions> {
  const isWriting = ordered.task.writes.length > 0;
  const checkout = isWriting ? null : await checkOut(place, order.repository.base, ending);
  for (const { task, branch } of isWriting ? [] : order.repository.inputs) {
    const path = worktreePath(run.paths, task);
    await gitOrThrow(place.root, ['worktree', 'add', '--quiet', path, branch], ending);
  }
  const { model, permissionMode, allowedTools } = client;
  // Earlier attempts are in the run, but what the order allows is for this one.
  const spent = usageOfRun(run.state)?.costUsd ?? 0;
  const budgetUsd = client.budgetUsd === null ? null : client.budgetUsd + spent;
  const asked = { model, permissionMode, allowedTools, budgetUsd };
  return { ...DEFAULT_WORKER_OPTIONS, ...asked, worktrees: true, checkout };
}

async function deliver(
  { order, place }: Work,
  run: RunHandle,
  { host, machine, queue: { blobs } }: WorkContext,
): Promise<{ branch: Awaited<ReturnType<typeof deliverBranch>>; isKept: boolean }> {
  try {
    return { branch: await deliverBranch(run, order, { place, blobs }), isKept: false };
  } catch (error) {
    if (!isSwarmError(error)) throw error;
    const message = sanitizeLine(`${error.message}; it stays on ${machine}: ${place.root}`, 500);
    const at = host.now();
    const { task } = order;
    commit(run, [{ event: 'worktree.uncommitted', at, task, message }], { ...host, defer() {} });
    return { branch: null, isKept: true };
  }
}
