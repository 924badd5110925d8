import { expect, it } from 'vitest';
import { cancelRun } from '../../../src/operations/cancel-run.ts';
import { rerunTask } from '../../../src/operations/tasks/rerun-task.ts';
import { readyTasks } from '../../../src/run/ready-tasks.ts';
import { toStatusDocument } from '../../../src/run/status-document.ts';
import { loadRun } from '../../../src/store/run-handle.ts';
import { describeCancel } from '../../../src/view/describe-results.ts';
import { hostAt } from '../../support/host.ts';
import {
  at,
  completes,
  ended,
  launched,
  makeTask,
  opened,
  started,
} from '../../support/run-events.ts';
import { append, storeRun } from '../../support/stored-run.ts';
import { outcomes } from '../../support/swarm-session.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

const PLAN = opened([
  makeTask('late', { needs: ['next'] }),
  makeTask('first'),
  makeTask('next', { needs: ['first'] }),
  makeTask('other'),
]);
const ALL = ['first', 'next', 'late', 'other'].flatMap((task) => completes(task));
const second = { attempt: 'call-again', agentId: 'agent-again' };

it('makes a completed task ready again, and leaves those that need it as they are', async () => {
  await using dir = await makeTempDir();
  const run = storeRun(dir.path, [PLAN, ...ALL]);
  const host = hostAt(dir.path, at(50));

  expect(rerunTask(run, 'first', false, host)).toMatchObject({
    outcome: 'allowed',
    retried: ['first'],
  });

  expect(outcomes(toStatusDocument(run.state))).toMatchObject({
    first: 'pending',
    next: 'completed',
  });
  expect(toStatusDocument(run.state).status).toBe('working');
  expect(readyTasks(run.state).map(({ id }) => id)).toEqual(['first']);
  expect(() => rerunTask(run, 'first', false, host)).toThrow(/pending/);
});

it('takes the tasks that need it along, in the order of their needs', async () => {
  await using dir = await makeTempDir();
  const run = storeRun(dir.path, [PLAN, ...ALL]);

  const { retried } = rerunTask(run, 'first', true, hostAt(dir.path, at(50)));

  expect(retried).toEqual(['first', 'late', 'next']);
  expect(readyTasks(run.state).map(({ id }) => id)).toEqual(['first']);
  append(run.paths, launched('first', { attempt: second.attempt }), started('first', second));
  expect(outcomes(toStatusDocument(loadRun(run.paths).state)).first).toBe('working');
  append(run.paths, ended('first', { ...second, at: at(60) }));
  const { state } = loadRun(run.paths);
  expect(outcomes(toStatusDocument(state)).first).toBe('completed');
  expect(readyTasks(state).map(({ id }) => id)).toEqual(['next']);
});

it('keeps the earlier report if the new attempt fails, and can be cancelled', async () => {
  await using dir = await makeTempDir();
  const run = storeRun(dir.path, [PLAN, ...ALL]);
  rerunTask(run, 'other', false, hostAt(dir.path, at(50)));
  append(run.paths, { event: 'cancel.requested', at: at(51), task: 'other' });
  expect(outcomes(toStatusDocument(loadRun(run.paths).state)).other).toBe('completed');

  const again = loadRun(run.paths);
  rerunTask(again, 'other', false, hostAt(dir.path, at(52)));
  const failure = { outcome: 'failed', category: 'fatal', message: 'no', report: null } as const;
  append(run.paths, launched('other', { attempt: second.attempt }), started('other', second));
  append(run.paths, ended('other', { ...second, ...failure, at: at(60) }));
  const entry = toStatusDocument(loadRun(run.paths).state).tasks.find(({ id }) => id === 'other');
  expect(entry).toMatchObject({ status: 'completed', result: 'results/other.md' });
});

it('is taken back by a cancellation, which says that the report stays', async () => {
  await using dir = await makeTempDir();
  const run = storeRun(dir.path, [PLAN, ...ALL]);
  const host = hostAt(dir.path, at(50));
  rerunTask(run, 'first', true, host);

  const result = cancelRun(run, 'first', host);

  expect(result).toMatchObject({ outcome: 'cancelled', cancelled: [], kept: ['first'] });
  expect(describeCancel(result)).toContain('first');
  expect(describeCancel(result)).not.toContain('cancelled');
  expect(outcomes(toStatusDocument(run.state))).toMatchObject({
    first: 'completed',
    next: 'pending',
  });
  expect(cancelRun(run, null, host)).toMatchObject({ cancelled: [], kept: ['next', 'late'] });
  expect(toStatusDocument(run.state).status).toBe('completed');
});

it('has the run checked again', async () => {
  await using dir = await makeTempDir();
  const results = [{ command: 'x', exitCode: 0, failure: null, durationMs: 1 }];
  const run = storeRun(dir.path, [
    { ...PLAN, check: ['x'] },
    ...ALL,
    {
      event: 'check.ended',
      at: at(20),
      attempt: null,
      isPassed: true,
      results,
      output: 'checks/_run.log',
    },
  ]);
  expect(toStatusDocument(run.state).status).toBe('completed');
  rerunTask(run, 'other', false, hostAt(dir.path, at(50)));
  append(
    run.paths,
    launched('other', { attempt: second.attempt }),
    started('other', second),
    ended('other', second),
  );
  expect(toStatusDocument(loadRun(run.paths).state).status).toBe('working');
});
