import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { EXIT, SwarmError } from '../../../errors/swarm-error.ts';
import type { Attempt } from '../../../run/attempt.ts';
import type { TaskState } from '../../../run/run-state.ts';
import type { CliContext } from '../../cli-context.ts';
import { declareCommand, type JsonFlag, jsonLinesOption } from '../../declare-command.ts';
import { painter } from '../../painter.ts';

interface LogsFlags extends JsonFlag {
  follow?: boolean;
  attempt?: string;
}

/** How often the transcript of a running agent is read; milliseconds. */
const POLL_MS = 500;

export function addLogsCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'logs')
    .option('-f, --follow', 'keep printing until the agent has ended')
    .option('--attempt <n>', 'the attempt (default: the latest)')
    .addOption(jsonLinesOption())
    .action((name: string, flags: LogsFlags) => printLogs(name, flags, context));
}

async function printLogs(name: string, flags: LogsFlags, context: CliContext): Promise<void> {
  const { findTask } = await import('../../../operations/find-run.ts');
  const { findTranscript } = await import('../../../operations/tasks/find-transcript.ts');
  const { userConfigDir } = await import('../../../claude/config-paths.ts');
  const { refresh } = await import('../../../store/run-handle.ts');
  const { isRunning } = await import('../../../run/attempt.ts');
  const { run, task } = findTask(await context.host(), name);
  const attempt = chooseAttempt(task, flags.attempt);
  const find = () => findTranscript(userConfigDir(context.env), attempt);
  const print = await printerOf(flags, context);
  const stop = new AbortController();
  context.process.onSignal(['SIGINT', 'SIGTERM'], () => stop.abort());
  const isLive = () => flags.follow === true && isRunning(attempt) && !stop.signal.aborted;
  while (find() === null && isLive()) {
    await sleep(POLL_MS);
    refresh(run);
  }
  const path = find();
  if (path === null) throw notFound(attempt);
  for (let from = print(path, 0); isLive(); from = print(path, from)) {
    await sleep(POLL_MS);
    refresh(run);
  }
  print(path, -1);
}

/** @throws {SwarmError} if the task has no such attempt */
function chooseAttempt({ plan, attempts }: TaskState, wanted: string | undefined): Attempt {
  const attempt =
    wanted === undefined
      ? attempts.findLast(({ agentId }) => agentId !== null)
      : attempts.find(({ number }) => String(number) === wanted);
  if (attempt) return attempt;
  const found = attempts.length === 0 ? 'no agent has begun' : `it has had ${attempts.length}`;
  throw new SwarmError(`task "${plan.id}" has no such attempt: ${found}`, EXIT.notFound);
}

function notFound({ task, reusedFrom }: Attempt): SwarmError {
  const why = reusedFrom
    ? `its report was reused from run ${reusedFrom}`
    : 'Claude Code has none of its agent, or has removed it (cleanupPeriodDays)';
  return new SwarmError(`there is no transcript of task "${task}": ${why}`, EXIT.notFound);
}

/** @returns prints the whole lines of a file from an offset, and returns where they end */
async function printerOf({ json }: LogsFlags, context: CliContext) {
  const { entriesOfLine } = await import('../../../claude/transcript-entries.ts');
  const { renderLogEntry } = await import('../../../view/terminal/render-log.ts');
  const { readRegularFile } = await import('../../../platform/regular-file.ts');
  const { paint } = await painter();
  let printed = 0;
  return (path: string, from: number): number => {
    const start = from < 0 ? printed : from;
    const text = readRegularFile(path).slice(start);
    const end = text.lastIndexOf('\n') + 1;
    for (const line of text.slice(0, end).split('\n')) {
      for (const entry of entriesOfLine(line))
        context.print(json ? JSON.stringify(entry) : renderLogEntry(entry, paint));
    }
    printed = start + end;
    return printed;
  };
}
