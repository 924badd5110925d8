import { h } from 'preact';
import { formatDuration } from '../text/format.ts';
import { stripControlCharacters } from '../text/strip-control-characters.ts';
import type { AttemptView, TaskDetails } from '../view/page/task-details.ts';

interface TaskHistoryProps {
  details: TaskDetails;
  now: number | null;
}

/** The attempts, decisions and checkpoints of a task. */
export function TaskHistory({ details, now }: TaskHistoryProps) {
  const { attempts, decisions, log } = details;
  return (
    <div class="history">
      {(attempts.length > 1 || attempts.some(({ failure }) => failure !== null)) && (
        <div>
          <h3>Attempts</h3>
          <ol>
            {attempts.map((attempt) => (
              <li>{describeAttempt(attempt, now)}</li>
            ))}
          </ol>
        </div>
      )}
      {decisions.length > 0 && (
        <div>
          <h3>Decisions</h3>
          <ul>
            {decisions.map(({ status, command, at, by }) => (
              <li>
                <code>{command}</code> {status === 'denied' ? 'denied' : 'approved'}
                {by !== null && ` through ${by}`}
                {at !== null && ` at ${clock(at)}`}
              </li>
            ))}
          </ul>
        </div>
      )}
      {log.length > 0 && (
        <div>
          <h3>Progress</h3>
          <ul class="log">
            {log.map(({ at, percent, message }) => (
              <li>
                <time dateTime={at}>{clock(at)}</time> <b>{percent}%</b>{' '}
                {stripControlCharacters(message)}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

function describeAttempt(attempt: AttemptView, now: number | null): string {
  const { startedAt, endedAt, failure, reusedFrom } = attempt;
  if (reusedFrom !== null) return `reused from ${reusedFrom}`;
  const until = endedAt === null ? now : Date.parse(endedAt);
  const took = until === null ? '' : ` ${formatDuration(until - Date.parse(startedAt))}`;
  if (endedAt === null) return `running for${took}`;
  return `${failure ?? 'completed'}, after${took}`;
}

/** `18:15:30 UTC` */
function clock(at: string): string {
  return `${at.slice(11, 19)} UTC`;
}
