import { SwarmError } from '../errors/swarm-error.ts';
import { isRunning } from '../run/attempt.ts';
import { commit } from '../store/commit.ts';
import type { Host } from '../store/host.ts';
import { toPlainLine } from '../text/sanitize.ts';
import { findTask } from './find-run.ts';

const MAX_MESSAGE = 200;

/**
 * Records how far a task is.
 * @param percent text of a whole number from 0 to 100, with or without `%`
 * @returns the percentage the task stands at, which never goes back within an attempt
 * @throws {SwarmError} for bad values, and for a task that no agent works on
 */
export function recordCheckpoint(
  host: Host,
  name: string,
  percent: string,
  message: string,
): { percent: number; isBehind: boolean } {
  const [, digits] = /^(\d{1,3})%?$/.exec(percent) ?? [];
  const value = Number(digits);
  if (digits === undefined || value > 100) {
    throw new SwarmError(`expected a whole number from 0 to 100 as percent, found "${percent}"`);
  }
  const text = toPlainLine(message, MAX_MESSAGE);
  if (text === '') throw new SwarmError('expected a message in one line, found none');

  const { run, task, ref } = findTask(host, name);
  const attempt = task.attempts.at(-1);
  if (!attempt || !isRunning(attempt)) {
    throw new SwarmError(
      `no agent works on task "${ref.task}" of run ${ref.run}; a checkpoint is for a task at work`,
    );
  }
  const before = attempt.percent;
  const at = host.now();
  commit(
    run,
    [{ event: 'task.checkpoint', at, task: ref.task, percent: value, message: text }],
    host,
  );
  return { percent: attempt.percent, isBehind: value < before };
}
