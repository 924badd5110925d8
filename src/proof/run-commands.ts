import { workerEnvironment } from '../claude/command-line.ts';
import type { CheckResult } from '../ledger/events.ts';
import { howItEnded } from '../run/evidence/check.ts';
import type { Host } from '../store/host.ts';
import type { RunHandle } from '../store/run-handle.ts';
import { formatDuration } from '../text/format.ts';
import { redactSecrets } from '../text/redact-secrets.ts';
import type { CheckLog } from './check-log.ts';
import { runCommand } from './run-command.ts';

export interface CommandOptions {
  host: Host;
  /** Where the commands run, absolute. */
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
}

export function isPassed(results: readonly CheckResult[]): boolean {
  return results.every(({ exitCode }) => exitCode === 0);
}

/**
 * Runs the commands of a check one after the other, up to the first that fails.
 * @returns null if it was aborted
 */
export async function runCommands(
  commands: readonly string[],
  run: RunHandle,
  log: Pick<CheckLog, 'write'>,
  { cwd, env, host, signal }: CommandOptions,
): Promise<CheckResult[] | null> {
  const results: CheckResult[] = [];
  const now = () => Date.parse(host.now());
  const { timeout } = run.state.opened.policy.checks;
  const own = checkEnvironment(env, run.paths.root);
  for (const command of commands) {
    log.write(`$ ${command}\n`);
    const result = await runCommand({
      ...{ command, cwd, env: own, timeout, now, signal },
      envTag: `${CHECK_VARIABLE}=${run.paths.run}`,
      write: log.write,
    });
    if (!result) return null;
    results.push({ ...result, command: redactSecrets(command) });
    log.write(`\n[${howItEnded(result)}, ${formatDuration(result.durationMs)}]\n`);
    if (result.exitCode !== 0) break;
  }
  return results;
}

/** Marks the processes of checks. */
const CHECK_VARIABLE = 'SWARM_CHECK';

/** The person's environment: a check is neither an agent nor in the session that submitted it. */
function checkEnvironment(env: CommandOptions['env'], root: string) {
  const { SWARM_ATTEMPT: _, ...rest } = workerEnvironment(env, {
    ...{ attempt: '', root, deadlineMs: 0 },
  });
  return rest;
}
