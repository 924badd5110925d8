import { spawn } from 'node:child_process';
import { parseDuration } from '../config/config-schema.ts';
import { readConfig } from '../config/read-config.ts';
import type { RunNotification } from '../run/notifications.ts';
import { logError } from '../store/error-log.ts';
import type { Host } from '../store/host.ts';
import type { RunHandle } from '../store/run-handle.ts';
import { dedupeNotifications } from './dedupe-notifications.ts';

const DEFAULT_TIMEOUT = '10s';

/**
 * Tells people what is due by the command of their configuration, one start for each notice. It
 * waits for the command, so it is for a process that nobody waits for.
 * @param by a name that no other process has
 */
export async function runNotifyCommand(run: RunHandle, by: string, host: Host): Promise<void> {
  const { notify } = readConfig(run.paths.root);
  if (!notify) return;
  const timeout = parseDuration(notify.timeout ?? DEFAULT_TIMEOUT);
  for (const notice of dedupeNotifications(run, 'command', by, host)) {
    const failure = await runCommand(notify.command, toJson(run, notice), run.paths.root, timeout);
    if (failure) logError(run.paths.root, `notify.command: ${failure}`, host.now());
  }
}

function toJson({ paths, state }: RunHandle, { event, task, message }: RunNotification): string {
  const { run, goal } = state.opened;
  return `${JSON.stringify({ event, run, goal, task, message, dir: paths.dir, summary: paths.summary })}\n`;
}

/** @returns what went wrong; null when nothing did */
function runCommand(
  [program = '', ...args]: readonly string[],
  input: string,
  cwd: string,
  timeout: number,
): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      stdio: ['pipe', 'ignore', 'ignore'],
      timeout,
      killSignal: 'SIGKILL',
    });
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) => {
      const end = signal ? `it was ended after ${timeout} ms` : `exit code ${code}`;
      resolve(code === 0 ? null : `${program}: ${end}`);
    });
    child.stdin.on('error', () => {
      // It may not read what it is given.
    });
    child.stdin.end(input);
  });
}
