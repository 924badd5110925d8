import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { workerEnvironment } from '../claude/command-line.ts';
import type { CheckResult } from '../ledger/events.ts';
import { checkCommands } from '../plan/check-commands.ts';
import type { Attempt } from '../run/attempt.ts';
import { howItEnded } from '../run/evidence/check.ts';
import { commit } from '../store/commit.ts';
import type { Host } from '../store/host.ts';
import { makeDirectory } from '../store/own-directory.ts';
import type { RunHandle } from '../store/run-handle.ts';
import { formatDuration } from '../text/format.ts';
import { redactSecrets } from '../text/redact-secrets.ts';
import { runCommand } from './run-command.ts';

export interface CheckOptions {
  host: Host;
  /** Where the work was done, absolute. */
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
  /** Whether other tasks are writing where the checks run. */
  areOthersWriting(): boolean;
  /** Resolves when they are not, or when this is aborted. */
  outwaitOthers(): Promise<void>;
}

/** One round of checks. */
export interface CheckRound {
  isPassed: boolean;
  results: CheckResult[];
  /** Path of the whole output, absolute. */
  output: string;
  /** The last part of the output. */
  tail: string;
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
  const log = openLog(run, attempt);
  try {
    const isShared = options.areOthersWriting();
    let results = await runAll(commands, run, log, options);
    const isDisturbed = isShared || options.areOthersWriting();
    if (results && !isPassed(results) && isDisturbed) {
      await options.outwaitOthers();
      log.write('# Other tasks were writing here. Once more, now that they are done:\n');
      results = await runAll(commands, run, log, options);
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

function isPassed(results: readonly CheckResult[]): boolean {
  return results.every(({ exitCode }) => exitCode === 0);
}

async function runAll(
  commands: readonly string[],
  run: RunHandle,
  log: Log,
  { cwd, env, host, signal }: CheckOptions,
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
function checkEnvironment(env: CheckOptions['env'], root: string) {
  const { SWARM_ATTEMPT: _, ...rest } = workerEnvironment(env, {
    ...{ attempt: '', root, deadlineMs: 0 },
  });
  return rest;
}

interface Log {
  /** Relative to the run's directory. */
  path: string;
  write(chunk: string | Buffer): void;
  /** The last part of what was written. */
  tail(): string;
  close(): void;
}

/** Characters of output that an agent is shown. */
const TAIL = 6_000;

/** The log of all rounds of an attempt; nothing is ever removed from it. */
function openLog({ paths, state }: RunHandle, attempt: Attempt | null): Log {
  makeDirectory(paths.checks);
  // No task's id begins with a line.
  const path = attempt ? `checks/${attempt.task}.${attempt.number}.log` : 'checks/_run.log';
  const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW = 0 } = constants;
  const flags = O_APPEND | O_CREAT | O_WRONLY | O_NOFOLLOW;
  const fd = openSync(join(paths.dir, path), flags, 0o600);
  const rounds = (attempt?.checks ?? state.checks).rounds;
  let tail = '';
  const write = (chunk: string | Buffer) => {
    writeSync(fd, chunk as Buffer);
    tail = (tail + chunk.toString()).slice(-TAIL);
  };
  if (rounds > 0) write(`\n# Round ${rounds + 1}\n`);
  return { path, write, tail: () => tail, close: () => closeSync(fd) };
}
