import type { NotificationChannel } from '../ledger/events.ts';
import { dueNotifications, type RunNotification } from '../run/notifications.ts';
import { commit } from '../store/commit.ts';
import type { Host } from '../store/host.ts';
import type { RunHandle } from '../store/run-handle.ts';

/**
 * Undertakes to tell people what is due on a channel. Of several processes that try, the one whose
 * event is first in the ledger gets each notice.
 * @param by a name that no other process has
 */
export function dedupeNotifications(
  run: RunHandle,
  channel: NotificationChannel,
  by: string,
  host: Host,
): RunNotification[] {
  const due = dueNotifications(run.state, channel);
  if (due.length === 0) return [];
  const at = host.now();
  commit(
    run,
    due.map(({ key }) => ({ event: 'notice.claimed', at, channel, notice: key, by })),
    host,
  );
  return due.filter(({ key }) => run.state.notices.get(`${channel} ${key}`) === by);
}
