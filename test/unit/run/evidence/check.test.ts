import { expect, it } from 'vitest';
import type { LedgerEvent } from '../../../../src/ledger/events.ts';
import { stallTime } from '../../../../src/run/heartbeat.ts';
import {
  isCheckDue,
  overdueAttempts,
  toStatusDocument,
} from '../../../../src/run/status-document.ts';
import {
  at,
  ended,
  fold,
  launched,
  makeTask,
  opened,
  stored,
} from '../../../support/run-events.ts';

const CHECKED = opened([makeTask('a', { check: ['npm test'] }), 'b']);
const MINUTE = 60_000;

const begun = (ms: number, attempt: string | null = 'call-a'): LedgerEvent => ({
  event: 'check.started',
  at: at(ms),
  attempt,
});

function finished(ms: number, exitCode: number, attempt: string | null = 'call-a'): LedgerEvent {
  const result = { command: 'npm test', exitCode, failure: null, durationMs: 5 };
  const outcome = { isPassed: exitCode === 0, results: [result], output: 'checks/a.1.log' };
  return { event: 'check.ended', at: at(ms), attempt, ...outcome };
}

const entryOf = (...events: LedgerEvent[]) => toStatusDocument(fold(CHECKED, ...events)).tasks[0];

it('a report counts once the checks have passed', () => {
  expect(entryOf(launched('a'), begun(10), finished(20, 0), ended('a'))).toMatchObject({
    status: 'completed',
    verified: true,
    checks: [{ command: 'npm test', exitCode: 0, durationMs: 5, output: 'checks/a.1.log' }],
  });
});

it('a report whose check failed does not count, even if the agent stored it itself', () => {
  const events = [launched('a'), stored('a'), begun(10), finished(20, 1), ended('a')];
  expect(entryOf(...events)).toMatchObject({
    status: 'failed',
    verified: false,
    result: null,
    error: { category: 'check', message: 'the check `npm test` failed: exit code 1' },
  });
});

it('the last round decides', () => {
  const events = [begun(10), finished(20, 1), begun(30), finished(40, 0)];
  expect(entryOf(launched('a'), ...events, ended('a'))).toMatchObject({ status: 'completed' });
});

it('a report that was never checked does not count', () => {
  expect(entryOf(launched('a'), ended('a'))).toMatchObject({
    status: 'failed',
    error: { category: 'check', message: 'its check did not run' },
  });
});

it('a task without checks is completed and not verified', () => {
  const status = toStatusDocument(fold(CHECKED, launched('b'), ended('b')));
  expect(status.tasks[1]).toMatchObject({ status: 'completed', verified: null, checks: [] });
});

it('the time of checks is no time of the agent', () => {
  const long = [launched('a', { at: at(0) }), begun(MINUTE), finished(9 * MINUTE, 1)];
  const deadline = (state: ReturnType<typeof fold>) =>
    toStatusDocument(state).tasks[0]?.deadlineAt ?? null;

  expect(deadline(fold(CHECKED, ...long))).toBe(at(18 * MINUTE));
  const running = fold(CHECKED, ...long.slice(0, 2));
  // One command may take ten minutes, twice, and half an hour is for others that write.
  expect(deadline(running)).toBe(at(51 * MINUTE));
  expect(overdueAttempts(running, at(50 * MINUTE))).toEqual([]);
  const attempt = running.attempts.get('call-a');
  expect(attempt && stallTime(running, attempt)).toBeNull();
});

const OF_RUN = opened(['a'], { check: ['npm test'] });

it('a run with a check of its own works until that has passed', () => {
  const done = [launched('a'), ended('a')];
  const waiting = fold(OF_RUN, ...done);
  expect([toStatusDocument(waiting).status, isCheckDue(waiting, at(9))]).toEqual(['working', true]);
  expect(isCheckDue(fold(OF_RUN, launched('a')), at(9))).toBe(false);

  const passed = toStatusDocument(fold(OF_RUN, ...done, begun(50, null), finished(60, 0, null)));
  expect(passed).toMatchObject({ status: 'completed', verified: true, endedAt: at(60) });
  const failed = toStatusDocument(fold(OF_RUN, ...done, begun(50, null), finished(60, 2, null)));
  expect(failed).toMatchObject({ status: 'failed', verified: false });
});
