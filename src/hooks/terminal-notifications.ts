import { dedupeNotifications } from '../notify/dedupe-notifications.ts';
import type { RunHandle } from '../store/run-handle.ts';
import { toTerminalSequence } from '../view/terminal/describe-notification.ts';
import type { HookContext } from './hook-context.ts';

/** Notifications for the person's terminal; none in an unattended session. */
export function showNotifications(
  runs: readonly RunHandle[],
  session: string,
  context: HookContext,
): { terminalSequence?: string } {
  if (!context.isAttended) return {};
  const by = `${session}-${context.now()}`;
  const notices = runs.flatMap((run) => dedupeNotifications(run, 'terminal', by, context));
  return notices.length > 0 ? { terminalSequence: toTerminalSequence(notices) } : {};
}
