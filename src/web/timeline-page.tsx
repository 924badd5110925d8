import { h } from 'preact';
import { formatDuration } from '../text/format.ts';
import { stripControlCharacters } from '../text/strip-control-characters.ts';
import type { TimelinePageData } from '../view/page/page-data.ts';
import type { AttemptView } from '../view/page/task-details.ts';
import { RunTabs } from './run-tabs.tsx';

/** The length of the longest bar. */
const WIDTH = 1_000;

/** Who ran when, and what waited for what. */
export function TimelinePage({ data }: { data: TimelinePageData }) {
  const { run, status, details, now, atWork } = data;
  const start = Date.parse(status.startedAt);
  const end = lastTime(data);
  const scale = (at: number) => Math.round(((at - start) / Math.max(1, end - start)) * WIDTH);
  const isMoving = atWork && status.endedAt === null;
  return (
    <div class="run timeline">
      <header class="head">
        <h1>{stripControlCharacters(status.goal)}</h1>
        <RunTabs run={run} current="timeline" />
        <p class="facts-line">
          <span>{formatDuration(end - start)} from left to right</span>
          <span class="key running">ran</span>
          <span class="key failed">failed attempt</span>
          <span class="key waiting">was ready and waited</span>
        </p>
      </header>
      <table>
        <thead class="unseen">
          <tr>
            <th scope="col">Task</th>
            <th scope="col">When it ran</th>
          </tr>
        </thead>
        <tbody>
          {status.tasks.map((task) => (
            <tr key={task.id}>
              <th scope="row">
                <a href={`/runs/${run}#task-${task.id}`}>{task.id}</a>
              </th>
              <td>
                <Bars
                  attempts={details[task.id]?.attempts ?? []}
                  readyAt={readyAt(data, task.needs, start)}
                  now={isMoving ? now : null}
                  {...{ start, end, scale }}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function lastTime({ status, now, atWork, details }: TimelinePageData): number {
  if (status.endedAt !== null) return Date.parse(status.endedAt);
  if (atWork) return now;
  const times = Object.values(details).flatMap(({ attempts }) =>
    attempts.flatMap(({ startedAt, endedAt }) => Date.parse(endedAt ?? startedAt)),
  );
  return Math.max(Date.parse(status.startedAt) + 1, ...times);
}

/** When the last task that a task needs had completed; null while one has not. */
function readyAt(
  { status }: TimelinePageData,
  needs: readonly string[],
  start: number,
): number | null {
  let at = start;
  for (const need of needs) {
    const task = status.tasks.find(({ id }) => id === need);
    if (task?.status !== 'completed' || task.endedAt === null) return null;
    at = Math.max(at, Date.parse(task.endedAt));
  }
  return at;
}

interface BarsProps {
  attempts: readonly AttemptView[];
  readyAt: number | null;
  now: number | null;
  start: number;
  end: number;
  scale(at: number): number;
}

function Bars({ attempts, readyAt: ready, now, start, end, scale }: BarsProps) {
  const [first] = attempts;
  const until = first ? Date.parse(first.launchedAt) : end;
  return (
    <div>
      <svg viewBox={`0 0 ${WIDTH} 10`} preserveAspectRatio="none" aria-hidden="true">
        {ready !== null && until > ready && (
          <rect
            class="waiting"
            x={scale(ready)}
            y={4}
            height={2}
            width={scale(until) - scale(ready)}
          />
        )}
        {attempts.map((attempt) => {
          const from = Date.parse(attempt.startedAt);
          const to = attempt.endedAt === null ? (now ?? end) : Date.parse(attempt.endedAt);
          return (
            <rect
              class={attempt.failure === null ? 'running' : 'failed'}
              x={scale(from)}
              y={1}
              height={8}
              width={Math.max(3, scale(to) - scale(from))}
            />
          );
        })}
      </svg>
      <span class="unseen">{describeBars(attempts, start, now)}</span>
    </div>
  );
}

function describeBars(attempts: readonly AttemptView[], start: number, now: number | null): string {
  if (attempts.length === 0) return 'has not started';
  return attempts
    .map(({ startedAt, endedAt, failure }) => {
      const from = Date.parse(startedAt);
      const to = endedAt === null ? now : Date.parse(endedAt);
      const took = to === null ? '' : ` for ${formatDuration(to - from)}`;
      return `after ${formatDuration(from - start)}, ran${took}${failure === null ? '' : `, ${failure}`}`;
    })
    .join('; ');
}
