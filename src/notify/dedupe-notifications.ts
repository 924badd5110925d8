import type { NotificationChannel } from '../ledger/events.ts';
import { dueNotifications, type RunNotification } from '../run/notifications.ts';
import { appendToRun, type RunHandle } from '../store/run-handle.ts';

/**
 * Takes the pending notifications of a channel. If several processes try, each notification goes to
 * the one whose event is first in the ledger.
 * @param by an identifier that no other process uses
 */
export function dedupeNotifications(
  run: RunHandle,
  channel: NotificationChannel,
  by: string,
  at: string,
): RunNotification[] {
  const due = dueNotifications(run.state, channel);
  if (due.length === 0) return [];
  appendToRun(
    run,
    due.map(({ key }) => ({ event: 'notice.claimed', at, channel, notice: key, by })),
  );
  return due.filter(({ key }) => run.state.notices.get(`${channel} ${key}`) === by);
}
