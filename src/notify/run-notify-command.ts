import { parseDuration } from '../config/durations.ts';
import { readConfig } from '../config/read-config.ts';
import { runDiscardingOutput } from '../platform/process/run-discarding-output.ts';
import type { RunNotification } from '../run/notifications.ts';
import { logError } from '../store/error-log.ts';
import type { Host } from '../store/host.ts';
import type { RunHandle } from '../store/run-handle.ts';
import { describeNotification } from '../view/terminal/describe-notification.ts';
import { dedupeNotifications } from './dedupe-notifications.ts';

const DEFAULT_TIMEOUT = '10s';

/**
 * Runs the configured notify command once for each pending notification. It waits for the command,
 * so call it in a process that nothing else waits for. A failing command is recorded in the error
 * log.
 * @param by an identifier that no other process uses
 */
export async function runNotifyCommand(run: RunHandle, by: string, host: Host): Promise<void> {
  const { root } = run.paths;
  const { notify } = readConfig(root);
  if (!notify?.command) return;
  const timeoutMs = parseDuration(notify.timeout ?? DEFAULT_TIMEOUT);
  for (const notification of dedupeNotifications(run, 'command', by, host)) {
    const input = toJson(run, notification);
    const failure = await runDiscardingOutput(notify.command, { cwd: root, input, timeoutMs });
    if (failure) logError(root, `notify.command: ${failure}`, host.now());
  }
}

function toJson({ paths, state }: RunHandle, notification: RunNotification): string {
  const { run, goal } = state.opened;
  const { event, task } = notification;
  const message = describeNotification(notification);
  return `${JSON.stringify({ event, run, goal, task, message, dir: paths.dir, summary: paths.summary })}\n`;
}
