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

export interface HistoryQuery {
  trigger?: 'schedule' | 'webhook';
  name?: string;
  /** At most this many; 50 by default. */
  limit?: number;
}
