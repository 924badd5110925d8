import { setTimeout as wait } from 'node:timers/promises';
import { isSwarmError } from '../../errors/swarm-error.ts';
import { checkCommands } from '../../plan/check-commands.ts';
import { modelOf } from '../../run/cost/model-of.ts';
import type { Job } from '../engine/port.ts';
import { type Order, order as orderSchema } from '../wire/order.ts';
import type { Signed } from '../wire/signed.ts';
import { verify } from '../wire/signed.ts';
import { limitClient } from './ceiling.ts';
import { endEarly, failOrder, refuseOrder } from './early-ends.ts';
import { type Ending, openEnding } from './ending.ts';
import { type Outbox, openOutbox } from './outbox.ts';
import type { Outcome } from './outcome.ts';
import { extractSettings, makePlace, type Place, removePlace } from './place/place.ts';
import { removePlaceRecord, writePlaceRecord } from './place/place-record.ts';
import { type OrderedRun, readOrder } from './shadow-run.ts';
import type { WorkContext } from './work-context.ts';
import { workInPlace } from './work-in-place.ts';

/**
 * Executes an order and tells its supervisor everything about it, up to its end. What cannot be
 * executed is told too, and nothing if the engine gave the attempt up.
 * @returns what became of it, once the engine has the end
 */
export async function executeOrder(
  received: Signed,
  job: Job,
  context: WorkContext,
): Promise<Outcome> {
  const outbox = openOutbox(job, context);
  const { content: order, problem } = verify(received, context.secret, orderSchema);
  const refusal = order === null ? problem : refuseAddress(order, job);
  if (order === null || refusal !== null) {
    context.onNote(`refused an order of run ${job.address.run}: ${refusal}`);
    await outbox.end(refuseOrder(job.address.attempt, `${refusal}`, context));
    await wait(context.refusalPauseMs);
    return 'refused';
  }
  const ending = openEnding(job, context.queue, context);
  try {
    return await perform(order, { outbox, ending }, context);
  } finally {
    ending.close();
  }
}

/** A signed order must not run as another attempt than its own. */
function refuseAddress({ run, task, attempt, pool }: Order, { address }: Job): string | null {
  const isOwn =
    run === address.run &&
    task === address.task &&
    attempt === address.attempt &&
    pool === address.pool;
  return isOwn ? null : 'it was sent as another attempt than it is';
}

/** What the client of an order is started with, and the commands of its checks. */
function askedFor(
  { client }: Order,
  { opened, task }: OrderedRun,
): [client: Order['client'], checks: string[]] {
  const model = modelOf({ opened }, task, client);
  return [{ ...client, model }, checkCommands(task.check, opened.policy.checks.named)];
}

/** Without hooks, no irreversible command of the agent would be held. */
async function explainHookBlock(
  place: Place,
  { repository }: Order,
  { ending, context }: { ending: Ending; context: WorkContext },
): Promise<string | null> {
  const settings = await extractSettings(place, repository.base, ending);
  return settings === null ? null : context.explainHookBlock(settings);
}

async function perform(
  order: Order,
  { outbox, ending }: { outbox: Outbox; ending: Ending },
  context: WorkContext,
): Promise<Outcome> {
  const { attempt } = order;
  let place: Place | null = null;
  try {
    const ordered = readOrder(order, context.process);
    const { client, refusal } = limitClient(...askedFor(order, ordered), context.ceiling);
    if (client === null) {
      await outbox.end(refuseOrder(attempt, refusal, context));
      return 'refused';
    }
    place = await makePlace(order, { ...context, blobs: context.queue.blobs }, ending);
    const { directory } = place;
    const block = await explainHookBlock(place, order, { ending, context });
    if (block !== null) {
      await outbox.end(refuseOrder(attempt, block, context));
      return 'refused';
    }
    const { run, task } = order;
    const { machine, process: worker } = context;
    outbox.onNext((seq) =>
      writePlaceRecord(directory, { run, task, attempt, machine, worker, seq }),
    );
    const isKept = await workInPlace({ order, ordered, client, place, outbox, ending }, context);
    if (isKept) {
      removePlaceRecord(directory);
      place = null;
    }
    return ending.reason() ?? 'ended';
  } catch (error) {
    const reason = ending.reason();
    if (reason) {
      await outbox.end(endEarly(attempt, reason, context));
      return reason;
    }
    if (isSwarmError(error)) context.onNote(`${order.run}/${order.task}: ${error.message}`);
    else context.onFault(error);
    await outbox.end(failOrder(attempt, error as Error, context));
    return 'failed';
  } finally {
    if (place) removePlace(place);
  }
}
