import { expect, it } from 'vitest';
import { formatMoment } from '../../../../src/view/triggers/format-moment.ts';
import { renderSchedules, WAKES } from '../../../../src/view/triggers/render-schedules.ts';
import type { ScheduleView } from '../../../../src/view/triggers/trigger-views.ts';

const schedule: ScheduleView = {
  ...{ name: 'review', cron: '0 9 * * *', words: 'At 09:00', timezone: 'Asia/Tokyo' },
  ...{ plan: 'plan.md', overlap: 'skip', wake: false, next: ['2026-11-30T00:00:00.000Z'] },
  ...{ paused: null, running: [], waiting: 0, last: null, problems: [] },
};

it('names the zone of each time', () => {
  expect(formatMoment('2026-11-30T09:00:00.000Z', 'UTC')).toBe('Mon 2026-11-30 09:00 UTC');
  expect(renderSchedules([schedule])).toContain('next Mon 2026-11-30 09:00 GMT+9');
  // Without a zone of its own, in that of the machine.
  expect(formatMoment('2026-11-30T09:00:00.000Z')).toMatch(/:00 \S+$/);
});

it('says whether the end of a run wakes a session', () => {
  expect(renderSchedules([{ ...schedule, wake: true }])).toContain(WAKES);
  expect(renderSchedules([schedule])).not.toContain(WAKES);
});
