import { randomUUID } from 'node:crypto';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { toStatusDocument } from '../run/status-document.ts';
import type { RunStatus } from '../run/status-schema.ts';
import type { Host } from '../store/host.ts';
import { runPaths } from '../store/run-paths.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { FiringView, HistoryQuery, ScheduleView } from '../view/triggers/trigger-views.ts';
import type { LiveTriggering } from './config/live-triggering.ts';
import type { OverlapPolicy } from './config/triggers-schema.ts';
import { explainPlan } from './firings/explain-plan.ts';
import type { NamedSchedule } from './schedules/due-times.ts';
import {
  backfillEvents,
  pauseEvents,
  resumeEvents,
  triggerEvent,
} from './schedules/schedule-changes.ts';
import { viewOfSchedule } from './schedules/schedule-view.ts';
import { listFirings, viewOfFiring } from './store/firing-view.ts';
import type { History } from './store/history.ts';

/**
 * The schedules of a repository and their history, as people see and change them. It works whether a
 * hub is running or not: a change is a line of the history, which a hub reads.
 */
export interface TriggerBook {
  schedules(): ScheduleView[];
  /** Newest first. */
  history(query?: HistoryQuery): FiringView[];
  firing(id: string): FiringView;
  /** @throws {SwarmError} if there is no such schedule; so do the others */
  trigger(name: string, by: string): FiringView;
  pause(name: string, note: string | null, by: string): ScheduleView;
  resume(name: string, by: string): ScheduleView;
  /** @param range ISO 8601, both ends included */
  backfill(
    name: string,
    range: { from: string; to: string; overlap?: OverlapPolicy },
    by: string,
  ): FiringView[];
  /** What is wrong with the configuration, one line each. */
  problems(): string[];
}

export interface BookContext {
  host: Host;
  env: Readonly<Record<string, string | undefined>>;
  history: History;
  triggering: LiveTriggering;
  /** Called after a change. */
  onChange(): void;
}

export function openTriggerBook(context: BookContext): TriggerBook {
  const { host, history, triggering, onChange } = context;
  const statusOf = readStatus(host);
  const now = () => Date.parse(host.now());
  const find = (name: string): NamedSchedule => {
    const { schedules } = triggering.current();
    return schedules.get(name) ?? notFound('schedule', name, [...schedules.keys()]);
  };
  const view = (schedule: NamedSchedule) =>
    viewOfSchedule(schedule, history.state, now(), explainPlan('schedule', schedule, context), statusOf);
  const known = (name: string) => history.state.schedules.get(name) ?? null;
  const firing = (id: string) => {
    const found = history.state.firings.get(id);
    if (!found) throw new SwarmError(`no firing ${id}`, EXIT.notFound);
    return viewOfFiring(found, statusOf);
  };
  const change = <Result>(events: Parameters<History['append']>[0], see: () => Result): Result => {
    history.append(events);
    onChange();
    return see();
  };
  return {
    schedules: () => [...triggering.current().schedules.values()].map(view),
    history: (query = {}) => listFirings(history.state, query, statusOf),
    firing,
    trigger(name, by) {
      const event = triggerEvent(find(name), randomUUID().slice(0, 8), { by, now: now() });
      return change([event], () => firing(event.firing));
    },
    pause(name, note, by) {
      const schedule = find(name);
      const events = pauseEvents(schedule, known(name), note, { by, now: now() });
      return change(events, () => view(schedule));
    },
    resume(name, by) {
      const schedule = find(name);
      const events = resumeEvents(schedule, known(name), { by, now: now() });
      return change(events, () => view(schedule));
    },
    backfill(name, { from, to, overlap = 'buffer_all' }, by) {
      const id = randomUUID().slice(0, 8);
      const range = { from, to, overlap };
      const events = backfillEvents(find(name), range, id, { by, now: now() });
      return change(events, () => events.map((event) => firing(event.firing)));
    },
    problems: () => [
      ...triggering.problems(),
      ...[...triggering.current().schedules.values()].flatMap((one) =>
        explainPlan('schedule', one, context).map((line) => `schedule ${one.name}: ${line}`),
      ),
    ],
  };
}

/** @throws {SwarmError} always */
export function notFound(kind: string, name: string, names: readonly string[]): never {
  const known = names.length > 0 ? `expected one of ${names.join(', ')}` : 'there is none';
  throw new SwarmError(
    `no ${kind} ${name} in .claude/swarm-parallel.json; ${known}${didYouMean(name, names)}`,
    EXIT.notFound,
  );
}

function readStatus(host: Host): (run: string) => RunStatus | null {
  return (run) => {
    try {
      return toStatusDocument(host.load(runPaths(host.root, run)).state).status;
    } catch {
      return null;
    }
  };
}
