import type { RunStatus } from '../../run/status-schema.ts';

/**
 * What API, page and command line show of schedules, webhooks. All times are
 * ISO 8601 in UTC. Nothing in here holds a secret.
 */

/** What became of a firing. `waiting` is the only one that changes later. */
type FiringOutcome = 'waiting' | 'started' | 'skipped' | 'missed' | 'failed' | 'nothing_done';

/** How a firing came about. */
type FiringOrigin =
  /** Its time had come. */
  | 'scheduled'
  /** Its time had passed while no hub was running, but within the catch-up window. */
  | 'caught_up'
  /** A person asked for it. */
  | 'triggered'
  /** A person asked for a range of past times. */
  | 'backfill'
  /** A delivery came in. */
  | 'delivery'
  /** A person asked for a delivery to be taken again. */
  | 'replay';

export interface FiringView {
  id: string;
  trigger: 'schedule' | 'webhook';
  /** The name of the schedule or webhook. */
  name: string;
  origin: FiringOrigin;
  /** The time of the schedule that this is for; null for a delivery or a trigger by hand. */
  scheduledFor: string | null;
  /** When it was added to the history. */
  at: string;
  /** The person or program that asked for it; null if none did. */
  by: string | null;
  outcome: FiringOutcome;
  /** Why it was skipped or failed, or what it waits for, in words; null where there is nothing to say. */
  reason: string | null;
  /** The category of a failed firing: `configuration`, `plan`, `input`, `client`, `start`, `lost`. */
  category: string | null;
  /** Times without a firing of their own: the first, the last, and how many if that is known. */
  range: { from: string; to: string; count: number | null } | null;
  run: string | null;
  /** How its run ended, or that it is still working; null without a run. */
  runStatus: RunStatus | null;
  /** The id of the delivery, as its sender gave it; null for a schedule. */
  delivery: string | null;
  /** The event of the delivery, such as `pull_request.opened`. */
  event: string | null;
}

export interface Pause {
  note: string | null;
  by: string;
  at: string;
}

export interface ScheduleView {
  name: string;
  cron: string;
  /** The cron expression in plain words. */
  words: string;
  timezone: string;
  /** Path of the plan, relative to the repository. */
  plan: string;
  overlap: string;
  /** Whether the end of a run wakes a session that is open in the repository. */
  wake: boolean;
  /** The next five times, without jitter; they are skipped while the schedule is paused. */
  next: string[];
  paused: Pause | null;
  /** The runs that are working. */
  running: string[];
  /** How many firings wait for them. */
  waiting: number;
  last: FiringView | null;
  /** What is wrong with it, such as a plan that does not exist; one line each. */
  problems: string[];
}

export interface WebhookView {
  name: string;
  /** `github`, `standard-webhooks`, `slack` or `bearer`. */
  from: string;
  /** Empty if every event is taken. */
  events: string[];
  plan: string;
  overlap: string;
  /** Whether the end of a run wakes a session that is open in the repository. */
  wake: boolean;
  /** The path to which senders post. */
  path: string;
  running: string[];
  waiting: number;
  /** The newest deliveries, newest first. */
  last: FiringView[];
  /** Requests since the start of this process that were not accepted. */
  rejected: { count: number; last: { at: string; reason: string } | null };
  problems: string[];
}

export interface OutboxEntry {
  /** The message's id; receivers get it as `webhook-id`. */
  id: string;
  event: string;
  run: string | null;
  /** The target: its host, or the name of the variable that holds its address. */
  target: string;
  at: string;
  attempts: number;
  /** What the last attempt met; null before the first. */
  error: string | null;
  /** When it is tried again; null for a dead letter. */
  nextAttemptAt: string | null;
}

export interface OutboxView {
  pending: OutboxEntry[];
  /** Given up after the last retry; they can be replayed. */
  dead: OutboxEntry[];
  delivered: number;
}

export interface HistoryQuery {
  trigger?: 'schedule' | 'webhook';
  name?: string;
  /** At most this many; 50 by default. */
  limit?: number;
}

/** What a webhook would do with a payload. */
export interface WebhookTest {
  webhook: string;
  event: string;
  /** Whether the event is among those of the webhook. */
  isWanted: boolean;
  /** The values that the plan would get, as they are in the payload. */
  inputs: Record<string, string>;
  /** Of the plan; null if it could not be read. */
  goal: string | null;
  /** Of its tasks, with the inputs. */
  titles: string[];
  problems: string[];
}
