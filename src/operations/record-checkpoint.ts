import { SwarmError } from '../errors/swarm-error.ts';
import { isRunning } from '../run/attempt.ts';
import { commit } from '../store/commit.ts';
import type { Host } from '../store/host.ts';
import { sanitizeLine } from '../text/sanitize.ts';
import type { CheckpointResult } from '../view/results.ts';
import { findTask } from './find-run.ts';

const MAX_MESSAGE = 200;

/**
 * Records the progress of a task.
 * @param percent text of a whole number from 0 to 100, with or without `%`
 * @returns the task's percentage, which never decreases within an attempt
 * @throws {SwarmError} for invalid values, and for a task that no agent is working on
 */
export function recordCheckpoint(
  host: Host,
  name: string,
  percent: string,
  message: string,
): CheckpointResult {
  const [, digits] = /^(\d{1,3})%?$/.exec(percent) ?? [];
  const value = Number(digits);
  if (digits === undefined || value > 100) {
    throw new SwarmError(`expected a whole number from 0 to 100 as percent, found "${percent}"`);
  }
  const text = sanitizeLine(message, MAX_MESSAGE);
  if (text === '') throw new SwarmError('expected a message in one line, found none');

  const { run, task, ref } = findTask(host, name);
  const attempt = task.attempts.at(-1);
  if (!attempt || !isRunning(attempt)) {
    throw new SwarmError(
      `no agent is working on task "${ref.task}" of run ${ref.run}; only a running task takes checkpoints`,
    );
  }
  const before = attempt.percent;
  const at = host.now();
  commit(
    run,
    [{ event: 'task.checkpoint', at, task: ref.task, percent: value, message: text }],
    host,
  );
  return { ...ref, outcome: value < before ? 'behind' : 'recorded', percent: attempt.percent };
}
