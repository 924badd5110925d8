import { dueNotifications, type RunNotification } from '../run/notifications.ts';
import { notificationId } from '../run/run-state.ts';
import { commit } from '../store/commit.ts';
import type { Host } from '../store/host.ts';
import type { RunHandle } from '../store/run-handle.ts';

/**
 * Takes the pending notifications of a channel. If several processes try, each notification goes to
 * the one whose event is first in the ledger.
 * @param by an identifier that no other process uses
 */
export function dedupeNotifications(
  run: RunHandle,
  channel: 'terminal' | 'command',
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
  return due.filter(
    ({ key }) => run.state.takenNotifications.get(notificationId(channel, key)) === by,
  );
}
