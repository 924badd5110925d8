import { claimNotices } from '../notify/dedupe-notifications.ts';
import { toTerminalSequence } from '../run/notifications.ts';
import type { LoadedRun } from '../store/run-handle.ts';
import type { HookContext } from './hook-context.ts';

/** What people hear of by their terminal, in a session that one attends. */
export function showNotices(
  runs: readonly LoadedRun[],
  session: string,
  context: HookContext,
): { terminalSequence?: string } {
  if (!context.isAttended) return {};
  const at = context.now();
  const notices = runs.flatMap((run) => claimNotices(run, 'terminal', `${session}-${at}`, at));
  return notices.length > 0 ? { terminalSequence: toTerminalSequence(notices) } : {};
}
