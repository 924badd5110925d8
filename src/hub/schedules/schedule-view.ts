import cronstrue from 'cronstrue';
import type { RunStatus } from '../../run/status-schema.ts';
import type { ScheduleView } from '../../view/triggers/trigger-views.ts';
import { viewOfFiring } from '../store/firing-view.ts';
import type { Firing, HistoryState } from '../store/history-state.ts';
import { cronTimes, nextTimes } from './cron-times.ts';
import { isoOf, type NamedSchedule } from './due-times.ts';

const NEXT_TIMES = 5;

/** What a view of a schedule is made from. */
export interface ScheduleFacts {
  state: HistoryState;
  /** Milliseconds. */
  now: number;
  /** What is wrong with its plan. */
  problems: string[];
  statusOf(run: string): RunStatus | null;
}

/** A schedule as it is shown. */
export function viewOfSchedule(
  schedule: NamedSchedule,
  { state, now, problems, statusOf }: ScheduleFacts,
): ScheduleView {
  const { name, cron, timezone, plan, overlap, wake } = schedule;
  const firings = firingsOf(state, 'schedule', name);
  const last = firings.at(-1);
  return {
    ...{ name, cron, timezone, plan, overlap, wake, problems },
    words: describeCron(cron),
    next: nextTimes(cronTimes(cron, timezone), now, NEXT_TIMES).map(isoOf),
    paused: state.schedules.get(name)?.paused ?? null,
    ...workload(firings),
    last: last ? viewOfFiring(last, statusOf) : null,
  };
}

/** The firings of one trigger, oldest first. */
export function firingsOf(
  { firings }: HistoryState,
  trigger: Firing['trigger'],
  name: string,
): Firing[] {
  return [...firings.values()].filter((one) => one.trigger === trigger && one.name === name);
}

/** The runs that are working, and how many firings wait. */
export function workload(firings: readonly Firing[]): { running: string[]; waiting: number } {
  return {
    running: firings.flatMap(({ outcome, end, run }) =>
      outcome === 'started' && !end && run !== null ? run : [],
    ),
    waiting: firings.filter(({ outcome }) => outcome === 'waiting').length,
  };
}

/** A cron expression in plain words, such as "At 09:00, only on Monday and Friday". */
function describeCron(cron: string): string {
  try {
    return cronstrue.toString(cron, { use24HourTimeFormat: true });
  } catch {
    return cron;
  }
}
