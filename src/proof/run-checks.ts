import { join } from 'node:path';
import { checkCommands } from '../plan/check-commands.ts';
import type { Attempt } from '../run/attempt.ts';
import { commit } from '../store/commit.ts';
import type { RunHandle } from '../store/run-handle.ts';
import { openLog } from './check-log.ts';
import type { CheckRound } from './check-round.ts';
import { type CommandOptions, isPassed, runCommands } from './run-commands.ts';

export interface CheckOptions extends CommandOptions {
  /** Whether other tasks are writing where the checks run. */
  areOthersWriting(): boolean;
  /** Resolves when they are not, or when this is aborted. */
  outwaitOthers(): Promise<void>;
}

/**
 * Runs the checks of an attempt, or of the run as a whole, and records the outcome. The commands run
 * one after the other, up to the first that fails. If others were writing meanwhile, a failure is
 * tried again when they are done.
 * @param attempt null for the run as a whole
 * @returns null if it was aborted, or there are no checks
 */
export async function runChecks(
  run: RunHandle,
  attempt: Attempt | null,
  options: CheckOptions,
): Promise<CheckRound | null> {
  const { host, signal } = options;
  const commands = commandsOf(run, attempt);
  if (commands.length === 0) return null;
  const id = attempt?.id ?? null;
  commit(run, [{ event: 'check.started', at: host.now(), attempt: id }], host);
  const log = openLog(run, logOf(attempt), (attempt?.checks ?? run.state.checks).rounds);
  try {
    const isShared = options.areOthersWriting();
    let results = await runCommands(commands, run, log, options);
    const isDisturbed = isShared || options.areOthersWriting();
    if (results && !isPassed(results) && isDisturbed) {
      await options.outwaitOthers();
      log.write('# Other tasks were writing here. Once more, now that they are done:\n');
      results = await runCommands(commands, run, log, options);
    }
    if (!results || signal.aborted) return null;
    const round = { isPassed: isPassed(results), results };
    const at = host.now();
    const output = log.path;
    commit(run, [{ event: 'check.ended', at, attempt: id, ...round, output }], host);
    return { ...round, output: join(run.paths.dir, output), tail: log.tail() };
  } finally {
    log.close();
  }
}

function commandsOf({ state: { opened, tasks } }: RunHandle, attempt: Attempt | null): string[] {
  const check = attempt === null ? opened.check : tasks.get(attempt.task)?.plan.check;
  return checkCommands(check ?? [], opened.policy.checks.named);
}

function logOf(attempt: Attempt | null): string {
  // No task's id begins with a line.
  return attempt ? `${attempt.task}.${attempt.number}` : '_run';
}
