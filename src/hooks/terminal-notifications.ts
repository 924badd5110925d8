import { dedupeNotifications } from '../notify/dedupe-notifications.ts';
import type { RunHandle } from '../store/run-handle.ts';
import { toTerminalSequence } from '../view/terminal/describe-notification.ts';
import type { HookContext } from './hook-context.ts';

/** What people hear of by their terminal, in a session that one attends. */
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
