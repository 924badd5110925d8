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

/** All of it is settled: `push` was denied by a person, `stopped` was cancelled. */
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

it('of a run tries again all that failed or was cancelled, but for what a person denied', () => {
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

it('of a run changes nothing when it is asked for again', () => {
  const paths = storeEnded();
  again();
  const before = retries(paths);

  expect(again()).toMatchObject({ outcome: 'nothing_to_retry', retried: [], denied: ['push'] });
  expect(retries(paths)).toEqual(before);
});

it('of a run in which all is well is nothing', () => {
  const { paths } = storeRun(dir.path, [opened(['a']), ...completes('a')]);
  expect(again()).toMatchObject({ outcome: 'nothing_to_retry', retried: [], denied: [] });
  expect(retries(paths)).toEqual([]);
});

it('of a run that was cancelled takes back that every task is, begun or not', () => {
  storeRun(dir.path, [
    opened([makeTask('a'), makeTask('b', { needs: ['a'] })]),
    { event: 'cancel.requested', at: at(3), task: null },
  ]);
  expect(again()).toMatchObject({ outcome: 'allowed', retried: ['a', 'b'] });
  expect(statuses()).toEqual({ a: 'pending', b: 'pending' });
});

it('of a run in its session says what to launch', () => {
  storeEnded();
  const text = retryPrompt(again(), loadRun(runPaths(dir.path, RUN)).state, true);
  expect(text).toContain(`prompt: "swarm:${RUN}/wrong"`);
  expect(text).not.toContain(`prompt: "swarm:${RUN}/push"`);
});

it('of a task that a person denied is their judgement, and frees what needs it', () => {
  storeEnded();
  expect(again('push')).toMatchObject({
    task: 'push',
    outcome: 'allowed',
    retried: ['push'],
    unblocked: ['pushed'],
  });
  expect(statuses()).toMatchObject({ push: 'pending', pushed: 'pending', wrong: 'failed' });
});

it('of a task that only what it needs keeps from going on names that, and enters nothing', () => {
  const paths = storeEnded();
  expect(() => again('last')).toThrow(
    expect.objectContaining({ hint: { code: 'retry_task', task: `${RUN}/wrong` } }),
  );
  expect(retries(paths)).toEqual([]);
});

it('of a cancelled task whose need was cancelled, too, says that this comes first', () => {
  storeRun(dir.path, [
    opened([makeTask('a'), makeTask('b', { needs: ['a'] })]),
    { event: 'cancel.requested', at: at(3), task: null },
  ]);
  expect(again('b')).toMatchObject({ outcome: 'blocked', retried: ['b'], blockedBy: 'a' });
  expect(statuses()).toEqual({ a: 'cancelled', b: 'cancelled' });
  again('a');
  expect(statuses()).toEqual({ a: 'pending', b: 'pending' });
});

it('of a task that may be tried already, or was never begun, enters nothing', () => {
  const paths = storeEnded();
  again('wrong');
  again('wrong');
  expect(again('behind')).toMatchObject({ outcome: 'not_started', retried: [] });
  expect(retries(paths)).toEqual(['wrong']);
});

it('a completed task whose report is gone is done again when a person wants it', async () => {
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
