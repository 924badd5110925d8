import type { RunStatus } from '../../run/status-schema.ts';
import { describeSkip, describeWait } from '../../view/triggers/firing-reasons.ts';
import type { FiringView, HistoryQuery } from '../../view/triggers/trigger-views.ts';
import type { EventOf } from './history-events.ts';
import type { Firing, HistoryState } from './history-state.ts';

/** How a run is doing; null if it cannot be read. */
type StatusOf = (run: string) => RunStatus | null;

const DEFAULT_LIMIT = 50;

/** The firings that a query selects, newest first, with the times for which nothing was started. */
export function listFirings(
  { firings, passed, ignored }: HistoryState,
  { trigger, name, limit = DEFAULT_LIMIT }: HistoryQuery,
  statusOf: StatusOf,
): FiringView[] {
  const isWanted = (one: { trigger: string; name: string }) =>
    (trigger ?? one.trigger) === one.trigger && (name ?? one.name) === one.name;
  const views = [
    ...passed.map((one) => ({
      at: one.at,
      trigger: 'schedule',
      name: one.schedule,
      see: () => viewOfPassed(one),
    })),
    ...ignored.map((one) => ({
      at: one.at,
      trigger: 'webhook',
      name: one.webhook,
      see: () => viewOfIgnored(one),
    })),
    ...[...firings.values()].map((one) => ({
      ...pick(one),
      see: () => viewOfFiring(one, statusOf),
    })),
  ];
  return views
    .filter(isWanted)
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
    .slice(-limit)
    .reverse()
    .map(({ see }) => see());
}

function pick({ at, trigger, name }: Firing) {
  return { at, trigger: trigger as string, name };
}

/** One firing, with what became of its run. */
export function viewOfFiring(firing: Firing, statusOf: StatusOf): FiringView {
  const { id, trigger, name, origin, scheduledFor, at, by, run, end, failure, delivery } = firing;
  return {
    ...{ id, trigger, name, origin, scheduledFor, at, by, run },
    outcome: end?.nothingDone ? 'nothing_done' : firing.outcome,
    reason: reasonOf(firing),
    category: failure?.category ?? null,
    range: null,
    runStatus: run === null ? null : (end?.status ?? statusOf(run)),
    delivery: delivery?.id ?? null,
    event: delivery?.event ?? null,
  };
}

function reasonOf({ outcome, isBuffered, reason, failure }: Firing): string | null {
  if (outcome === 'waiting') return describeWait(isBuffered);
  return reason ? describeSkip(reason) : (failure?.message ?? null);
}

const NONE = { by: null, category: null, run: null, runStatus: null } as const;

function viewOfPassed(passed: EventOf<'times.passed'>): FiringView {
  const { at, schedule: name, why, from, to, count } = passed;
  return {
    ...NONE,
    id: `${name}@${from}..${to}`,
    ...({ trigger: 'schedule', name, origin: 'scheduled', scheduledFor: from, at } as const),
    outcome: why === 'missed' ? 'missed' : 'skipped',
    reason: why === 'missed' ? null : describeSkip('paused'),
    range: { from, to, count },
    ...{ delivery: null, event: null },
  };
}

function viewOfIgnored(ignored: EventOf<'delivery.ignored'>): FiringView {
  const { at, webhook: name, delivery, name: event } = ignored;
  return {
    ...NONE,
    id: `${name}/${delivery}`,
    ...({ trigger: 'webhook', name, origin: 'delivery', scheduledFor: null, at } as const),
    outcome: 'skipped',
    reason: describeSkip('event'),
    range: null,
    ...{ delivery, event },
  };
}
