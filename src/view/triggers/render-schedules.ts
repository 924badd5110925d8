import { plural } from '../../text/format.ts';
import { sanitizeLine } from '../../text/sanitize.ts';
import { truncateLine } from '../../text/truncate-line.ts';
import { describeOutcome } from './describe-firing.ts';
import { formatMoment } from './format-moment.ts';
import type { FiringView, ScheduleView } from './trigger-views.ts';

const MAX_TEXT = 300;

/** What `wake` means, as a line below a schedule or webhook. */
export const WAKES = '  the end of a run wakes a session that is open here';

/** The schedules of a repository, a few lines each. */
export function renderSchedules(schedules: readonly ScheduleView[]): string {
  if (schedules.length === 0) {
    return 'no schedules in .claude/swarm-parallel.json; docs/schedules.md shows an example';
  }
  return schedules.map(renderSchedule).join('\n\n');
}

function renderSchedule(schedule: ScheduleView): string {
  const { name, words, timezone, plan, wake, paused, next, running, waiting, last, problems } =
    schedule;
  const [first] = next;
  const state = paused
    ? 'paused'
    : first
      ? `next ${formatMoment(first, timezone)}`
      : 'no next time';
  return [
    `${name}: ${words} (${timezone}), ${plan}`,
    `  ${state}${paused ? describePause(paused) : ''}`,
    ...(wake ? [WAKES] : []),
    ...running.map((run) => `  running: ${run}`),
    ...(waiting > 0 ? [`  waiting: ${plural(waiting, 'firing')}`] : []),
    ...(last ? [`  last: ${formatMoment(last.at, timezone)} ${describeOutcome(last)}`] : []),
    ...problems.map((problem) => `  ! ${sanitizeLine(problem, MAX_TEXT)}`),
  ].join('\n');
}

function describePause({ note, by, at }: NonNullable<ScheduleView['paused']>): string {
  const why = note === null ? '' : `: ${sanitizeLine(note, MAX_TEXT)}`;
  return ` by ${sanitizeLine(by, MAX_TEXT)} since ${formatMoment(at)}${why}`;
}

/** The next times of schedules, in their time zones. */
export function renderNextTimes(schedules: readonly ScheduleView[]): string {
  if (schedules.length === 0) return renderSchedules([]);
  return schedules
    .map(({ name, words, timezone, next, paused }) =>
      [
        `${name}: ${words} (${timezone})${paused ? ', paused' : ''}`,
        ...next.map((time) => `  ${formatMoment(time, timezone)}`),
      ].join('\n'),
    )
    .join('\n\n');
}

/**
 * Firings, one line each.
 * @param columns width of the terminal; longer lines are truncated
 * @param options.withIds whether to show ids, which `swarm webhook replay` takes
 */
export function renderFirings(
  firings: readonly FiringView[],
  columns: number,
  { withIds } = { withIds: false },
): string {
  if (firings.length === 0) return 'nothing has fired yet';
  const width = Math.max(...firings.map(({ name }) => name.length));
  return firings
    .map((firing) => {
      const { at, name, id } = firing;
      const label = withIds ? id : name.padEnd(width);
      return `${formatMoment(at)}  ${label}  ${describeOutcome(firing)}${describeOrigin(firing)}`;
    })
    .map((line) => truncateLine(sanitizeLine(line, 1_000), columns))
    .join('\n');
}

function describeOrigin({ origin, by, scheduledFor }: FiringView): string {
  if (origin === 'scheduled' || origin === 'delivery') return '';
  const time = scheduledFor === null ? '' : `, for ${formatMoment(scheduledFor)}`;
  return ` (${origin.replace('_', ' ')}${by === null ? '' : ` by ${by}`}${time})`;
}

/** What became of firings that a person asked for. */
export function renderRequested(firings: readonly FiringView[]): string {
  return firings
    .map(({ scheduledFor, ...firing }) => {
      const time = scheduledFor === null ? '' : ` for ${formatMoment(scheduledFor)}`;
      return `${firing.name}${time}: ${describeOutcome({ scheduledFor, ...firing })}`;
    })
    .join('\n');
}
