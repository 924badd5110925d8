import { expect, it } from 'vitest';
import { formatMoment } from '../../../../src/view/triggers/format-moment.ts';
import { renderFirings } from '../../../../src/view/triggers/render-schedules.ts';
import type { FiringView } from '../../../../src/view/triggers/trigger-views.ts';

const MISSED = '2026-11-28T03:00:00.000Z';
const FIRED = '2026-11-28T09:12:00.000Z';

const firing = (more: Partial<FiringView>): FiringView => ({
  id: 'f',
  trigger: 'schedule',
  name: 'nightly',
  origin: 'caught_up',
  scheduledFor: MISSED,
  at: FIRED,
  by: null,
  outcome: 'started',
  reason: null,
  category: null,
  range: null,
  run: '20261128-091200-412abc',
  runStatus: null,
  delivery: null,
  event: null,
  ...more,
});

it('shows the time that a firing makes up for, unless it is the time of the firing', () => {
  const lineOf = (more: Partial<FiringView>) => renderFirings([firing(more)], 200);
  expect(lineOf({})).toContain(formatMoment(MISSED));
  expect(lineOf({ origin: 'backfill', by: 'ada' })).toContain(formatMoment(MISSED));
  const onTime = lineOf({ origin: 'scheduled', scheduledFor: FIRED });
  expect(onTime.split(formatMoment(FIRED))).toHaveLength(2);
});
