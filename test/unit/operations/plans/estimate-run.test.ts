import { expect, it } from 'vitest';
import { DEFAULT_WORKER_OPTIONS } from '../../../../src/claude/command-line.ts';
import type { LedgerEvent } from '../../../../src/ledger/events.ts';
import { createRun } from '../../../../src/operations/plans/create-run.ts';
import { estimateRun } from '../../../../src/operations/plans/estimate-run.ts';
import type { Task } from '../../../../src/plan/plan-schema.ts';
import { makeHost } from '../../../support/host.ts';
import { at, completes, makeTask, opened, RUN } from '../../../support/run-events.ts';
import { storeRun } from '../../../support/stored-run.ts';
import { makeTempDir } from '../../../support/temp-dir.ts';

const EARLIER = '20261121-000000-000aaa';

it('remarks on an estimate that is above what the budget leaves', async () => {
  await using dir = await makeTempDir();
  const supervisor: LedgerEvent = {
    event: 'supervisor.started',
    at: at(0),
    supervisor: 's',
    process: { pid: 1, startedAt: '1' },
    replaces: null,
    maxParallel: 1,
    options: DEFAULT_WORKER_OPTIONS,
  };
  const usage = {
    toolCalls: 1,
    inputTokens: 1,
    outputTokens: 1,
    cacheReadTokens: 0,
    cacheCreationTokens: 0,
    costUsd: 2,
  };
  const [launch, ...others] = completes('a').map((event) =>
    event.event === 'attempt.launched' ? { ...event, supervisor: 's' } : event,
  );
  if (!launch) throw new Error('expected a launch');
  const used: LedgerEvent = {
    event: 'worker.used',
    at: at(2),
    attempt: 'call-a',
    usage,
    activity: null,
  };
  storeRun(
    dir.path,
    [opened(['a'], { run: EARLIER }), supervisor, launch, used, ...others],
    EARLIER,
  );
  const run = storeRun(dir.path, [opened(['b', 'c'])], RUN);

  expect(estimateRun(run, true, null)).toBe('about $4.00 and 0s, based on 1 earlier task');
  expect(estimateRun(run, true, 4)).toBe('about $4.00 and 0s, based on 1 earlier task');
  expect(estimateRun(run, true, 3)).toBe(
    'about $4.00 and 0s, based on 1 earlier task; that is more than the budget leaves ($3.00), so the run may stop before its end',
  );
});

it('estimates the time of a conversation, whose dollars are not known', async () => {
  await using dir = await makeTempDir();
  const took = completes('a').map((event) =>
    event.event === 'agent.ended' ? { ...event, at: at(95_000) } : event,
  );
  storeRun(dir.path, [opened(['a'], { run: EARLIER }), ...took], EARLIER);
  const tasks = [makeTask('b'), makeTask('c'), makeTask('d', { needs: ['b'] })];
  const run = storeRun(dir.path, [opened(tasks)], RUN);

  // Two waves, since two of the tasks run at the same time.
  expect(estimateRun(run, true, null)).toBe('about 3m 09s, based on 1 earlier task');
});

it('estimates nothing for tasks that were cancelled and will not run', async () => {
  await using dir = await makeTempDir();
  storeRun(dir.path, [opened(['a'], { run: EARLIER }), ...completes('a')], EARLIER);
  const tasks = opened([makeTask('b'), makeTask('c', { needs: ['b'] })]);
  expect(estimateRun(storeRun(dir.path, [tasks]), true, null)).not.toBeNull();
  const cancelled = { event: 'cancel.requested', at: at(1), task: 'b' } as const;
  expect(estimateRun(storeRun(dir.path, [tasks, cancelled]), true, null)).toBeNull();
});

it('a new run begins with how long its kinds of tasks took before', async () => {
  await using dir = await makeTempDir();
  const host = makeHost(dir.path);
  const create = (...tasks: Task[]) =>
    createRun(host, { goal: 'Go', quorum: 'all', check: [], context: '', tasks }, '').state
      .durations;

  expect(create(makeTask('a'))).toEqual(new Map());
  storeRun(dir.path, [opened(['a'], { run: EARLIER }), ...completes('a')], EARLIER);
  const tasks = [makeTask('x'), makeTask('y', { tier: 'long' })];
  expect(create(...tasks)).toEqual(new Map([['swarm-worker medium', 8]]));
});
