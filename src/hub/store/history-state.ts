import type { Pause } from '../../view/triggers/trigger-views.ts';
import type { EventOf, FailureCategory, HistoryEvent } from './history-events.ts';

/** One firing as the history has it. */
export interface Firing extends Omit<EventOf<'firing.requested'>, 'event' | 'firing'> {
  id: string;
  owner: EventOf<'firing.claimed'>['owner'] | null;
  outcome: 'waiting' | 'started' | 'skipped' | 'failed';
  /** Whether it was decided that it waits for an earlier run. */
  isBuffered: boolean;
  /** Why it was skipped. */
  reason: EventOf<'firing.skipped'>['reason'] | null;
  failure: { at: string; category: FailureCategory; message: string } | null;
  run: string | null;
  /** When its run was started last. */
  startedAt: string | null;
  /** How often its run was started. */
  starts: number;
  end: Pick<EventOf<'firing.ended'>, 'at' | 'status' | 'nothingDone'> | null;
}

/** What is known of one schedule, whether it is still configured or not. */
export interface ScheduleState {
  cron: string;
  timezone: string;
  /** Its times up to this moment are settled; milliseconds. */
  settledUntil: number;
  paused: Pause | null;
}

/** The fold of a hub's history. */
export interface HistoryState {
  /** In the order in which they were requested. */
  firings: Map<string, Firing>;
  /** Those that wait, or whose runs have not ended. */
  open: Map<string, Firing>;
  schedules: Map<string, ScheduleState>;
  passed: EventOf<'times.passed'>[];
  /** The firings that failed, in that order. */
  failed: Firing[];
  ignored: EventOf<'delivery.ignored'>[];
}

export function emptyHistory(): HistoryState {
  return {
    firings: new Map(),
    open: new Map(),
    schedules: new Map(),
    passed: [],
    failed: [],
    ignored: [],
  };
}

/** The most deliveries that are listed although nothing came of them. */
const MOST_IGNORED = 1_000;

/** Applies an event, in place. An event that adds nothing, such as a second claim, has no effect. */
export function applyHistoryEvent(state: HistoryState, event: HistoryEvent): void {
  switch (event.event) {
    case 'schedule.seen':
      seeSchedule(state, event);
      break;
    case 'schedule.paused':
      setPause(state, event.schedule, { note: event.note, by: event.by, at: event.at });
      break;
    case 'schedule.resumed':
      setPause(state, event.schedule, null);
      break;
    case 'times.passed':
      state.passed.push(event);
      settle(state, event.schedule, event.to);
      break;
    case 'delivery.ignored':
      state.ignored.push(event);
      if (state.ignored.length > MOST_IGNORED) state.ignored.shift();
      break;
    case 'firing.requested':
      addFiring(state, event);
      break;
    default: {
      const firing = state.firings.get(event.firing);
      if (!firing) break;
      const { outcome } = firing;
      changeFiring(firing, event);
      if (firing.outcome === 'failed' && outcome !== 'failed') state.failed.push(firing);
      if (isOpen(firing)) state.open.set(firing.id, firing);
      else state.open.delete(firing.id);
    }
  }
}

function seeSchedule(state: HistoryState, event: EventOf<'schedule.seen'>): void {
  const { schedule, cron, timezone, at } = event;
  const paused = state.schedules.get(schedule)?.paused ?? null;
  state.schedules.set(schedule, { cron, timezone, settledUntil: Date.parse(at), paused });
}

function setPause(state: HistoryState, schedule: string, paused: Pause | null): void {
  const known = state.schedules.get(schedule);
  if (known) known.paused = paused;
}

function settle(state: HistoryState, schedule: string, time: string): void {
  const known = state.schedules.get(schedule);
  if (known) known.settledUntil = Math.max(known.settledUntil, Date.parse(time));
}

const OF_SCHEDULE: ReadonlySet<string> = new Set(['scheduled', 'caught_up']);

function addFiring(state: HistoryState, event: EventOf<'firing.requested'>): void {
  const { event: _, firing: id, ...rest } = event;
  if (event.scheduledFor !== null && OF_SCHEDULE.has(event.origin)) {
    settle(state, event.name, event.scheduledFor);
  }
  if (state.firings.has(id)) return;
  const firing: Firing = {
    ...rest,
    id,
    owner: null,
    outcome: 'waiting',
    isBuffered: false,
    reason: null,
    failure: null,
    run: null,
    startedAt: null,
    starts: 0,
    end: null,
  };
  state.firings.set(id, firing);
  state.open.set(id, firing);
}

function isOpen({ outcome, end }: Firing): boolean {
  return outcome === 'waiting' || (outcome === 'started' && end === null);
}

type FiringChange = EventOf<
  | 'firing.claimed'
  | 'firing.buffered'
  | 'firing.started'
  | 'firing.skipped'
  | 'firing.failed'
  | 'firing.ended'
>;

function changeFiring(firing: Firing, event: FiringChange): void {
  switch (event.event) {
    case 'firing.claimed':
      if ((firing.owner?.id ?? null) === event.after) firing.owner = event.owner;
      return;
    case 'firing.buffered':
      firing.isBuffered = true;
      return;
    case 'firing.started':
      if (firing.outcome === 'skipped' || firing.outcome === 'failed') return;
      firing.outcome = 'started';
      firing.run = event.run;
      firing.startedAt = event.at;
      firing.starts++;
      return;
    case 'firing.skipped':
      if (firing.outcome !== 'waiting') return;
      firing.outcome = 'skipped';
      firing.reason = event.reason;
      return;
    case 'firing.failed':
      if (firing.outcome === 'skipped' || firing.end) return;
      firing.outcome = 'failed';
      firing.failure = { at: event.at, category: event.category, message: event.message };
      return;
    case 'firing.ended':
      if (firing.outcome !== 'started') return;
      firing.end = { at: event.at, status: event.status, nothingDone: event.nothingDone };
  }
}
