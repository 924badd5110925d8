import * as z from 'zod/mini';
import { runId } from '../../ledger/events.ts';
import { OVERLAP_POLICIES } from '../config/triggers-schema.ts';

/**
 * The events of a hub's history. `event` is the first key of each. A firing is one time at which a
 * schedule or a delivery should have started a run.
 */

const at = z.iso.datetime({ precision: 3 });

/** What a person or program asked from, such as `terminal` or `page`. */
const by = z.string().check(z.maxLength(200));

/** The times of a schedule count from here on: it is new or was changed, or the clock was corrected. */
const scheduleSeen = z.strictObject({
  event: z.literal('schedule.seen'),
  at,
  schedule: z.string(),
  cron: z.string(),
  timezone: z.string(),
});

const schedulePaused = z.strictObject({
  event: z.literal('schedule.paused'),
  at,
  schedule: z.string(),
  note: z.nullable(z.string()),
  by,
});

const scheduleResumed = z.strictObject({
  event: z.literal('schedule.resumed'),
  at,
  schedule: z.string(),
  by,
});

/** Times of a schedule for which nothing was started, from the first to the last of them. */
const timesPassed = z.strictObject({
  event: z.literal('times.passed'),
  at,
  schedule: z.string(),
  why: z.enum(['missed', 'paused']),
  from: at,
  to: at,
  /** Null if there are too many to count. */
  count: z.nullable(z.int()),
});

/** A delivery as it came in. Its payload is in a file of its own. */
const delivery = z.strictObject({
  /** As its sender calls it. */
  id: z.string(),
  /** Such as `pull_request.opened`; empty if the sender names none. */
  event: z.string(),
  /** The name of the payload's file. */
  file: z.string().check(z.regex(/^[0-9a-f]{64}\.json$/)),
});

/** The first event with a firing's id counts; others with the same id have no effect. */
const firingRequested = z.strictObject({
  event: z.literal('firing.requested'),
  at,
  firing: z.string(),
  trigger: z.enum(['schedule', 'webhook']),
  name: z.string(),
  origin: z.enum(['scheduled', 'caught_up', 'triggered', 'backfill', 'delivery', 'replay']),
  scheduledFor: z.nullable(at),
  by: z.nullable(by),
  /** Instead of the policy of the configuration. */
  overlap: z.nullable(z.enum(OVERLAP_POLICIES)),
  delivery: z.nullable(delivery),
});

/**
 * A process takes over the decision about a firing. If several try, the first in the file has it,
 * until another one names it in `after` because its process has died.
 */
const firingClaimed = z.strictObject({
  event: z.literal('firing.claimed'),
  at,
  firing: z.string(),
  owner: z.strictObject({
    id: z.string(),
    process: z.strictObject({ pid: z.int(), startedAt: z.nullable(z.string()) }),
  }),
  after: z.nullable(z.string()),
});

/** It waits until an earlier run has ended. */
const firingBuffered = z.strictObject({
  event: z.literal('firing.buffered'),
  at,
  firing: z.string(),
});

/** Its run was created, and a supervisor was started. */
const firingStarted = z.strictObject({
  event: z.literal('firing.started'),
  at,
  firing: z.string(),
  run: runId,
});

const SKIP_REASONS = ['overlap', 'buffer_full', 'rate', 'removed'] as const;

const firingSkipped = z.strictObject({
  event: z.literal('firing.skipped'),
  at,
  firing: z.string(),
  reason: z.enum(SKIP_REASONS),
});

const FAILURES = ['configuration', 'plan', 'input', 'client', 'start', 'lost'] as const;
export type FailureCategory = (typeof FAILURES)[number];

const firingFailed = z.strictObject({
  event: z.literal('firing.failed'),
  at,
  firing: z.string(),
  category: z.enum(FAILURES),
  message: z.string(),
});

/** Its run has ended. A run that is retried may end again. */
const firingEnded = z.strictObject({
  event: z.literal('firing.ended'),
  at,
  firing: z.string(),
  status: z.enum(['completed', 'failed', 'cancelled']),
  /** Whether every task's evidence says that nothing was read or written. */
  nothingDone: z.boolean(),
});

/** A delivery that is not among the events of its webhook. */
const deliveryIgnored = z.strictObject({
  event: z.literal('delivery.ignored'),
  at,
  webhook: z.string(),
  delivery: z.string(),
  name: z.string(),
});

export const historyEvent = z.discriminatedUnion('event', [
  scheduleSeen,
  schedulePaused,
  scheduleResumed,
  timesPassed,
  firingRequested,
  firingClaimed,
  firingBuffered,
  firingStarted,
  firingSkipped,
  firingFailed,
  firingEnded,
  deliveryIgnored,
]);
export type HistoryEvent = z.infer<typeof historyEvent>;
export type EventOf<Name extends HistoryEvent['event']> = Extract<HistoryEvent, { event: Name }>;
