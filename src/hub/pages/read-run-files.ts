import { closeSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { entriesOfLine } from '../../claude/transcript-entries.ts';
import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import { taskOf } from '../../operations/find-run.ts';
import { findTranscript } from '../../operations/tasks/find-transcript.ts';
import { openRegularFile, readRegularFile } from '../../platform/regular-file.ts';
import { decidingAttempt } from '../../run/attempt.ts';
import { toStatusDocument } from '../../run/status-document.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { supervisorLog } from '../../supervisor/spawn-supervisor.ts';
import { sanitize } from '../../text/sanitize.ts';
import { renderLogEntry } from '../../view/terminal/render-log.ts';

/** The longest end of a log that is shown; bytes. */
const LONGEST_LOG = 200_000;

/** @throws {SwarmError} when the task has no report */
export function readReport(run: RunHandle, task: string): string {
  const report = decidingAttempt(taskOf(run, task).attempts)?.report;
  if (!report) throw new SwarmError(`task "${task}" has no report`, EXIT.notFound);
  return readRegularFile(join(run.paths.dir, report.path));
}

/** The output of the latest checks of a task. @throws {SwarmError} when none were run */
export function readChecks(run: RunHandle, task: string): string {
  taskOf(run, task);
  const entry = toStatusDocument(run.state).tasks.find(({ id }) => id === task);
  const output = entry?.checks.at(-1)?.output;
  if (!output) throw new SwarmError(`task "${task}" has no checks that were run`, EXIT.notFound);
  return readTail(join(run.paths.dir, output));
}

/** Why the branch of a task is not merged: the conflict, or the output of the check. */
export function readMergeOutput(run: RunHandle, task: string): string {
  const output = run.state.merge?.steps.get(task)?.output;
  if (!output) throw new SwarmError(`the merge of task "${task}" has no output`, EXIT.notFound);
  return readTail(join(run.paths.dir, output));
}

/**
 * What the agent of a task's latest attempt said and did, as far as it is not too long.
 * @param clientDir the configuration directory of Claude Code
 * @throws {SwarmError} when no agent has begun, or the client has removed the transcript
 */
export function readTranscript(run: RunHandle, task: string, clientDir: string): string {
  const attempt = taskOf(run, task).attempts.findLast(({ agentId }) => agentId !== null);
  const path = attempt ? findTranscript(clientDir, attempt) : null;
  if (path === null) {
    const why = attempt ? 'Claude Code has none, or has removed it' : 'no agent has begun';
    throw new SwarmError(`there is no transcript of task "${task}": ${why}`, EXIT.notFound);
  }
  return readTail(path)
    .split('\n')
    .flatMap(entriesOfLine)
    .map((entry) => renderLogEntry(entry, (_, text) => text))
    .join('\n\n');
}

/** What the supervisor of a run has printed; empty if it ran in a terminal or not at all. */
export function readLog({ paths }: RunHandle): string {
  try {
    return readTail(supervisorLog(paths));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function readTail(path: string): string {
  const { file, stats } = openRegularFile(path);
  try {
    const length = Math.min(stats.size, LONGEST_LOG);
    const bytes = Buffer.alloc(length);
    const read = readSync(file, bytes, 0, length, stats.size - length);
    const text = bytes.subarray(0, read).toString('utf8');
    return sanitize(length < stats.size ? text.slice(text.indexOf('\n') + 1) : text);
  } finally {
    closeSync(file);
  }
}
