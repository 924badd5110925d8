import { isoOf } from '../schedules/due-times.ts';
import type { EventOf } from './history-events.ts';
import type { Firing, HistoryState } from './history-state.ts';

/** Something that people should hear of, since what they expected did not happen. */
export interface Trouble {
  /** The same for the same trouble. */
  key: string;
  at: string;
  type: 'schedule.missed' | 'webhook.failed';
  message: string;
  data: Record<string, unknown>;
}

/** The missed times and failed firings since a moment. @param since milliseconds */
export function listTroubles({ passed, failed }: HistoryState, since: number): Trouble[] {
  const from = isoOf(since);
  return [
    ...passed.filter(({ why, at }) => why === 'missed' && at >= from).map(ofPassed),
    ...failed.filter(({ failure }) => (failure?.at ?? '') >= from).map(ofFailed),
  ];
}

function ofPassed({ schedule, at, from, to, count }: EventOf<'times.passed'>): Trouble {
  const times = count === 1 ? 'a time' : `${count ?? 'more than 1000'} times`;
  return {
    key: `missed ${schedule} ${from} ${to}`,
    at,
    type: 'schedule.missed',
    message: `schedule ${schedule} missed ${times} between ${from} and ${to}: no hub was running`,
    data: { schedule, outcome: 'missed', from, to, count },
  };
}

function ofFailed({ id, trigger, name, scheduledFor, delivery, failure, run }: Firing): Trouble {
  const { at, category, message } = failure ?? { at: '', category: null, message: '' };
  const isSchedule = trigger === 'schedule';
  return {
    key: `failed ${id}`,
    at,
    type: isSchedule ? 'schedule.missed' : 'webhook.failed',
    message: `${trigger} ${name} failed (${category}): ${message}`,
    data: {
      [trigger]: name,
      outcome: 'failed',
      category,
      firing: id,
      run,
      ...(isSchedule ? { from: scheduledFor, to: scheduledFor } : { delivery: delivery?.id }),
    },
  };
}
