import type { ErrorCategory } from '../ledger/error-category.ts';
import type { NotificationChannel } from '../ledger/events.ts';
import { pendingGates } from './pending-gates.ts';
import { notificationId, type RunState } from './run-state.ts';
import { isEnded, toStatusDocument } from './status-document.ts';
import type { StatusDocument } from './status-schema.ts';

/**
 * Something that people must hear of even while they look elsewhere. Notifications with the same key
 * are about the same thing. None holds anything that an agent wrote.
 */
export type RunNotification = { key: string } & (
  | { event: 'run.started'; task: null }
  | { event: 'task.completed'; task: string }
  | { event: 'gate.waiting'; task: string; rule: string }
  | { event: 'task.failed'; task: string; category: ErrorCategory }
  | { event: 'run.ended'; task: null; status: StatusDocument }
);

/**
 * The notifications for people that no process has taken yet on a channel: waiting gates, failed
 * tasks of the tier `long`, the end of the run.
 */
export function dueNotifications(
  state: RunState,
  channel: 'terminal' | 'command',
): RunNotification[] {
  return withoutTaken(state, channel, notificationsOf(state));
}

/**
 * The notifications for other programs that no process has taken yet, in the order of a run: its
 * start, tasks that completed or failed, waiting gates, its end.
 * @param events those that anybody wants
 */
export function dueMessages(state: RunState, events: ReadonlySet<string>): RunNotification[] {
  const ofTasks = toStatusDocument(state).tasks.flatMap(
    ({ id, status, attempts, error }): RunNotification[] => {
      const key = `${status}:${id}:${attempts}`;
      if (status === 'completed') return [{ key, event: 'task.completed', task: id }];
      if (status !== 'failed' || !error) return [];
      return [{ key, event: 'task.failed', task: id, category: error.category }];
    },
  );
  const others = notificationsOf(state).filter(({ event }) => event !== 'task.failed');
  const all: RunNotification[] = [
    { key: 'started', event: 'run.started', task: null },
    ...ofTasks,
    ...others,
  ];
  return withoutTaken(
    state,
    'webhook',
    all.filter(({ event }) => events.has(event)),
  );
}

/** The end of a run whose spans no process has taken yet; null if it has not ended, or one has. */
export function dueTrace(state: RunState): RunNotification | null {
  const due = withoutTaken(state, 'trace', notificationsOf(state));
  return due.find(({ event }) => event === 'run.ended') ?? null;
}

function withoutTaken(
  state: RunState,
  channel: NotificationChannel,
  notifications: readonly RunNotification[],
): RunNotification[] {
  return notifications.filter(
    ({ key }) => !state.takenNotifications.has(notificationId(channel, key)),
  );
}

function notificationsOf(state: RunState): RunNotification[] {
  const status = toStatusDocument(state);
  const due: RunNotification[] = pendingGates(state).map(({ task, gate }) => ({
    key: `gate:${gate.id}`,
    event: 'gate.waiting',
    task,
    rule: gate.rule,
  }));
  for (const { id, tier, status: taskStatus, attempts, error } of status.tasks) {
    if (taskStatus !== 'failed' || tier !== 'long' || !error) continue;
    const { category } = error;
    due.push({ key: `failed:${id}:${attempts}`, event: 'task.failed', task: id, category });
  }
  if (isEnded(status.status)) {
    due.push({ key: `ended:${status.endedAt}`, event: 'run.ended', task: null, status });
  }
  return due;
}
