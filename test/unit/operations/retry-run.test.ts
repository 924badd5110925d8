import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { LedgerEvent } from '../../../src/ledger/events.ts';
import { readLedger } from '../../../src/ledger/ledger-file.ts';
import { retryTasks } from '../../../src/operations/retry-run.ts';
import { toStatusDocument } from '../../../src/run/status-document.ts';
import { loadRun } from '../../../src/store/run-handle.ts';
import { listActiveRuns } from '../../../src/store/run-index.ts';
import { type RunPaths, runPaths } from '../../../src/store/run-paths.ts';
import { retryPrompt } from '../../../src/view/prompts/result-prompts.ts';
import { describeRetry } from '../../../src/view/terminal/describe-results.ts';
import { openHarness } from '../../support/hook-harness.ts';
import { hostAt } from '../../support/host.ts';
import {
  at,
  completes,
  ended,
  gateAsked,
  gateDecided,
  launched,
  makeTask,
  opened,
  RUN,
  started,
} from '../../support/run-events.ts';
import { storeRun } from '../../support/stored-run.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

let dir: TempDir;

beforeEach(async () => {
  dir = await makeTempDir();
});
afterEach(() => dir.remove());

const TASKS = [
  makeTask('done'),
  makeTask('wrong'),
  makeTask('behind', { needs: ['wrong'] }),
  makeTask('last', { needs: ['done', 'behind'] }),
  makeTask('stopped'),
  makeTask('push'),
  makeTask('pushed', { needs: ['push'] }),
];

const fails = (task: string): LedgerEvent[] => [
  launched(task),
  started(task),
  ended(task, { outcome: 'failed', category: 'fatal', message: 'HTTP 400' }),
];

/** A run in which every task has finished: a person denied `push`, and `stopped` was cancelled. */
function storeEnded(): RunPaths {
  const { paths } = storeRun(dir.path, [
    opened(TASKS),
    ...completes('done'),
    ...fails('wrong'),
    { event: 'cancel.requested', at: at(3), task: 'stopped' },
    launched('push'),
    started('push'),
    gateAsked('push'),
    ended('push'),
    gateDecided('push', 'denied'),
  ]);
  return paths;
}

const statuses = () =>
  Object.fromEntries(
    toStatusDocument(loadRun(runPaths(dir.path, RUN)).state).tasks.map(({ id, status }) => [
      id,
      status,
    ]),
  );
const retries = (paths: RunPaths) =>
  readLedger(paths.ledger).events.flatMap((event) =>
    event.event === 'retry.requested' ? event.task : [],
  );

const again = (task: string | null = null) =>
  retryTasks(loadRun(runPaths(dir.path, RUN)), task, hostAt(dir.path, at(99)));

it('retries all failed or cancelled tasks of a run, except those that a person denied', () => {
  const paths = storeEnded();

  expect(again()).toEqual({
    run: RUN,
    task: null,
    outcome: 'allowed',
    retried: ['wrong', 'stopped'],
    unblocked: ['behind', 'last'],
    denied: ['push'],
    blockedBy: null,
  });
  expect(statuses()).toEqual({
    done: 'completed',
    wrong: 'pending',
    behind: 'pending',
    last: 'pending',
    stopped: 'pending',
    push: 'failed',
    pushed: 'cancelled',
  });
  expect(retries(paths)).toEqual(['wrong', 'stopped']);
  expect(listActiveRuns(dir.path)).toEqual([RUN]);
});

it('changes nothing when the retry of a run is repeated', () => {
  const paths = storeEnded();
  again();
  const before = retries(paths);

  expect(again()).toMatchObject({ outcome: 'nothing_to_retry', retried: [], denied: ['push'] });
  expect(retries(paths)).toEqual(before);
});

it('changes nothing in a completed run', () => {
  const { paths } = storeRun(dir.path, [opened(['a']), ...completes('a')]);
  expect(again()).toMatchObject({ outcome: 'nothing_to_retry', retried: [], denied: [] });
  expect(retries(paths)).toEqual([]);
});

it('makes every task of a cancelled run pending again', () => {
  storeRun(dir.path, [
    opened([makeTask('a'), makeTask('b', { needs: ['a'] })]),
    { event: 'cancel.requested', at: at(3), task: null },
  ]);
  expect(again()).toMatchObject({ outcome: 'allowed', retried: ['a', 'b'] });
  expect(statuses()).toEqual({ a: 'pending', b: 'pending' });
});

it('says what to launch if the run belongs to the session', () => {
  storeEnded();
  const text = retryPrompt(again(), loadRun(runPaths(dir.path, RUN)).state, true);
  expect(text).toContain(`prompt: "swarm:${RUN}/wrong"`);
  expect(text).not.toContain(`prompt: "swarm:${RUN}/push"`);
});

it('retries a denied task by name, and unblocks the tasks that need it', () => {
  storeEnded();
  expect(again('push')).toMatchObject({
    task: 'push',
    outcome: 'allowed',
    retried: ['push'],
    unblocked: ['pushed'],
  });
  expect(statuses()).toMatchObject({ push: 'pending', pushed: 'pending', wrong: 'failed' });
});

it('names the failed task that blocks a task, and records nothing', () => {
  const paths = storeEnded();
  expect(() => again('last')).toThrow(
    expect.objectContaining({ hint: { code: 'retry_task', task: `${RUN}/wrong` } }),
  );
  expect(retries(paths)).toEqual([]);
});

it('reports a cancelled task that blocks a cancelled task', () => {
  storeRun(dir.path, [
    opened([makeTask('a'), makeTask('b', { needs: ['a'] })]),
    { event: 'cancel.requested', at: at(3), task: null },
  ]);
  expect(again('b')).toMatchObject({ outcome: 'blocked', retried: ['b'], blockedBy: 'a' });
  expect(statuses()).toEqual({ a: 'cancelled', b: 'cancelled' });
  again('a');
  expect(statuses()).toEqual({ a: 'pending', b: 'pending' });
});

it('records nothing for a task that is already pending or was never started', () => {
  const paths = storeEnded();
  again('wrong');
  again('wrong');
  expect(again('behind')).toMatchObject({ outcome: 'not_started', retried: [] });
  expect(retries(paths)).toEqual(['wrong']);
});

it('reruns a completed task whose report is gone', async () => {
  await using harness = await openHarness({ a: [] });
  const { session, token, context } = harness;
  harness.launch('a');
  harness.link('a');
  harness.send(session.subagentStop('aa', 'The report.'));
  rmSync(join(harness.paths.results, 'a.md'));
  expect(harness.task('a')).toMatchObject({ status: 'failed', error: { category: 'lost' } });

  const run = harness.load();
  const result = retryTasks(run, 'a', context);
  expect(result).toMatchObject({ outcome: 'allowed', retried: ['a'] });
  expect(describeRetry(result, run.state)).toContain(`swarm run ${harness.paths.run}`);
  expect(retryPrompt(result, run.state, true)).toContain(`prompt: "${token('a')}"`);
  harness.send(session.preAgent('toolu_again', token('a')));
  harness.send(session.agentLaunched('toolu_again', token('a'), 'again'));
  expect(harness.task('a')).toMatchObject({ status: 'working', attempts: 2, agentId: 'again' });
  harness.send(session.subagentStop('again', 'The report, once more.'));
  expect(harness.report('a')).toBe('The report, once more.');
});
