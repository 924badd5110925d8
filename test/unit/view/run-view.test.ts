import { describe, expect, it } from 'vitest';
import type { LedgerEvent } from '../../../src/ledger/events.ts';
import { toStatusDocument } from '../../../src/run/status-document.ts';
import type { StatusDocument } from '../../../src/run/status-schema.ts';
import { notificationsBetween, toRunView } from '../../../src/view/run-view.ts';
import {
  at,
  checkpoint,
  completes,
  ended,
  fold,
  launched,
  makeTask,
  opened,
  RUN,
  started,
} from '../../support/run-events.ts';

const tasks = [
  makeTask('routes', { title: 'Audit the routes' }),
  makeTask('tokens', { title: 'Correct the expiry' }),
  makeTask('advisories', { title: 'Look for advisories' }),
  makeTask('report', { title: 'Write the report', needs: ['routes', 'tokens'] }),
];
const failure: LedgerEvent = ended('advisories', {
  outcome: 'failed',
  category: 'fatal',
  message: 'HTTP 400: bad thing',
});
const events = [
  opened(tasks),
  ...completes('routes'),
  launched('tokens'),
  started('tokens'),
  checkpoint('tokens', 40, 'read 12 of 30 files'),
  launched('advisories'),
  started('advisories'),
];

const statusOf = (...more: LedgerEvent[]) => toStatusDocument(fold(...events, ...more));
const view = (status: StatusDocument, isUnfolded = false) =>
  toRunView(status, { now: Date.parse(at(62_002)), isUnfolded });

/** The document with one task changed, for states that need many events. */
function withTask(status: StatusDocument, id: string, change: object): StatusDocument {
  const changed = status.tasks.map((task) => (task.id === id ? { ...task, ...change } : task));
  return { ...status, tasks: changed };
}

describe('toRunView', () => {
  it('runs no clock while nobody works on the run', () => {
    const status = statusOf(failure);
    const { outcome, waves } = toRunView(status, {
      now: Date.parse(at(62_002)),
      isInactive: true,
      isUnfolded: false,
    });
    expect(outcome).toBe(
      '○ inactive: 1 of 4 tasks completed (unverified), 1 pending, 1 working, 1 failed',
    );
    const times = waves.flatMap(({ tasks }) => tasks.map(({ id, time }) => [id, time.trim()]));
    expect(Object.fromEntries(times)).toMatchObject({ tokens: '' });
  });

  it('has goal, outcome and the tasks by wave', () => {
    const { goal, outcome, share, waves } = view(statusOf(failure));
    expect(goal).toBe('Reach the goal');
    expect(outcome).toBe(
      '◐ working: 1 of 4 tasks completed (unverified), 1 pending, 1 working, 1 failed, 1m 02s',
    );
    expect(share).toBeCloseTo((1 + 0.4 + 0 + 0) / 4);
    expect(waves.map(({ title }) => title)).toEqual([
      'Wave 1: 1 of 3 completed',
      'Wave 2: 0 of 1 completed',
    ]);
    const lines = waves.flatMap((wave) => wave.tasks);
    expect(lines.map((line) => [line.name, line.bar, line.percent, line.time, line.text])).toEqual([
      ['✔ routes    ', '██████████', '100%', '           0s', 'Audit the routes'],
      ['◐ tokens    ', '████░░░░░░', ' 40%', '1m 02s of 10m', 'read 12 of 30 files'],
      ['✖ advisories', '░░░░░░░░░░', '  0%', '           0s', 'fatal: HTTP 400: bad thing'],
      [
        '○ report    ',
        '░░░░░░░░░░',
        '  0%',
        '             ',
        'Write the report (needs routes, tokens)',
      ],
    ]);
  });

  it('has a line for screen readers without bars and icons', () => {
    const [routes, tokens] = view(statusOf()).waves[0]?.tasks ?? [];
    expect(routes?.spoken).toBe('routes, completed (unverified), 100%, 0s, Audit the routes');
    expect(tokens?.spoken).toBe('tokens, working, 40%, 1m 02s of 10m, read 12 of 30 files');
  });

  it('lists failed tasks and pending approvals separately', () => {
    const status = withTask(statusOf(failure), 'tokens', {
      status: 'input_required',
      message: 'publish the package',
    });
    const { failed, waiting } = view(status);
    expect(failed.map(({ id }) => id)).toEqual(['advisories']);
    expect(waiting).toMatchObject([{ name: '? tokens    ', text: 'publish the package' }]);
  });

  it('shows attempts from the second on and why there is another', () => {
    const status = withTask(statusOf(), 'report', {
      attempts: 1,
      message: 'attempt 1 ended (timeout: too long); will be retried',
    });
    expect(view(status).waves[1]?.tasks[0]?.text).toMatch(/^attempt 1 ended/);
    const again = withTask(statusOf(), 'tokens', { attempts: 2 });
    expect(view(again).waves[0]?.tasks[1]?.text).toBe('attempt 2: read 12 of 30 files');
  });

  it('counts inactive tasks when there are many', () => {
    const many = Array.from({ length: 200 }, (_, index) => `t${index}`);
    const status = toStatusDocument(
      fold(opened(many), ...completes('t0'), launched('t1'), started('t1')),
    );
    const [folded] = view(status).waves;
    expect(folded?.tasks.map(({ id }) => id)).toEqual(['t1']);
    expect(folded?.folded).toBe('✔ 1 completed, ○ 198 pending');
    const [unfolded] = view(status, true).waves;
    expect(unfolded?.tasks).toHaveLength(200);
    expect(unfolded?.folded).toBe('');
  });

  it('contains no control characters', () => {
    const hostile = '\u001b[2J\u0007a\r\nb\u202ec';
    const status = withTask({ ...statusOf(), goal: hostile }, 'tokens', { message: hostile });
    expect(JSON.stringify(view(status))).not.toMatch(/\\u001b|\\u0007|\\r|\\n|\u202e/);
    expect(view(status).goal).toBe('[2Ja bc');
  });
});

describe('notificationsBetween', () => {
  it('reports a failure, a pending approval and the end, each once', () => {
    const before = statusOf();
    const failed = statusOf(failure);
    expect(notificationsBetween(before, failed)).toEqual([
      '✖ advisories failed (fatal): HTTP 400: bad thing',
    ]);
    expect(notificationsBetween(failed, failed)).toEqual([]);

    const waits = withTask(failed, 'tokens', { status: 'input_required', message: 'publish' });
    expect(notificationsBetween(failed, waits)).toEqual(['? tokens waiting for approval: publish']);

    const over = statusOf(failure, ended('tokens'), ...completes('report'));
    expect(notificationsBetween(failed, over)).toEqual([
      `✖ run ${RUN} failed: 3 of 4 tasks completed (unverified), 1 failed, in 0s`,
    ]);
  });

  it('leaves out progress', () => {
    expect(notificationsBetween(statusOf(), statusOf(checkpoint('tokens', 80)))).toEqual([]);
  });
});
