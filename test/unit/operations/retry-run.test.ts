import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { LedgerEvent } from '../../../src/ledger/events.ts';
import { readLedger } from '../../../src/ledger/ledger-file.ts';
import { retryTasks } from '../../../src/operations/retry-run.ts';
import { toStatusDocument } from '../../../src/run/status-document.ts';
import type { Caller } from '../../../src/store/host.ts';
import { loadRun } from '../../../src/store/run-handle.ts';
import { listActiveRuns } from '../../../src/store/run-index.ts';
import { type RunPaths, runPaths } from '../../../src/store/run-paths.ts';
import { openHarness } from '../../support/hook-harness.ts';
import { hostAt, inSession } from '../../support/host.ts';
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

const again = (name: string, caller: Caller = { kind: 'person' }) =>
  retryTasks(hostAt(dir.path, at(99), { caller }), name);

it('of a run tries again all that failed or was cancelled, but for what a person denied', () => {
  const paths = storeEnded();

  const [done, left, next, ...more] = again(RUN).split('\n');

  expect(done).toBe(
    '2 tasks may be tried once more: wrong, stopped, and then what needs it: behind, last',
  );
  expect(left).toMatch(/^push stays as it is, .*`swarm retry \S+\/push` tries it without$/);
  expect(next).toMatch(/^Go on: .*swarm run/);
  expect(more).toEqual([]);
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

it('of a run changes nothing when it is asked for again, and still says how to go on', () => {
  const paths = storeEnded();
  again(RUN);
  const before = retries(paths);

  const [done, ...more] = again(RUN).split('\n');

  expect(done).toBe(
    'nothing to try again: no task has failed or was cancelled but what you denied',
  );
  expect(more.at(-1)).toMatch(/^Go on: /);
  expect(retries(paths)).toEqual(before);
});

it('of a run in which all is well is nothing', () => {
  const { paths } = storeRun(dir.path, [opened(['a']), ...completes('a')]);
  expect(again(RUN)).toBe('nothing to try again: no task has failed or was cancelled');
  expect(retries(paths)).toEqual([]);
});

it('of a run that was cancelled takes back that every task is, begun or not', () => {
  storeRun(dir.path, [
    opened([makeTask('a'), makeTask('b', { needs: ['a'] })]),
    { event: 'cancel.requested', at: at(3), task: null },
  ]);
  expect(again(RUN)).toContain('2 tasks may be tried once more: a, b\n');
  expect(statuses()).toEqual({ a: 'pending', b: 'pending' });
});

it('of a run in its session says what to launch', () => {
  storeEnded();
  const text = again(RUN, { kind: 'session', session: 'session-1' });
  expect(text).toContain(`prompt: "swarm:${RUN}/wrong"`);
  expect(text).not.toContain(`prompt: "swarm:${RUN}/push"`);
});

it('of a task that a person denied is their judgement, and frees what needs it', () => {
  storeEnded();
  expect(again(`${RUN}/push`)).toMatch(/^task "push" may be .* what needs it: pushed\. Go on: /);
  expect(statuses()).toMatchObject({ push: 'pending', pushed: 'pending', wrong: 'failed' });
});

it('of a task that only what it needs keeps from going on names that, and enters nothing', () => {
  const paths = storeEnded();
  expect(() => again(`${RUN}/last`)).toThrow(`swarm retry ${RUN}/wrong`);
  expect(retries(paths)).toEqual([]);
});

it('of a cancelled task whose need was cancelled, too, says that this comes first', () => {
  storeRun(dir.path, [
    opened([makeTask('a'), makeTask('b', { needs: ['a'] })]),
    { event: 'cancel.requested', at: at(3), task: null },
  ]);
  expect(again(`${RUN}/b`)).toContain(`swarm retry ${RUN}/a`);
  expect(statuses()).toEqual({ a: 'cancelled', b: 'cancelled' });
  again(`${RUN}/a`);
  expect(statuses()).toEqual({ a: 'pending', b: 'pending' });
});

it('of a task that may be tried already, or was never begun, enters nothing', () => {
  const paths = storeEnded();
  again(`${RUN}/wrong`);
  again(`${RUN}/wrong`);
  expect(again(`${RUN}/behind`)).toMatch(/^task "behind" has not begun yet\. Go on: /);
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

  const options = { ...context, isPlugin: true };
  const name = token('a').slice(6);
  expect(retryTasks({ ...options, caller: { kind: 'person' } }, name)).toContain(
    `\`/swarm-resume ${harness.paths.run}\` in Claude Code, or \`swarm run ${harness.paths.run}\``,
  );
  expect(retryTasks({ ...options, ...inSession('session-1') }, name)).toContain(
    `prompt: "${token('a')}"`,
  );
  harness.send(session.preAgent('toolu_again', token('a')));
  harness.send(session.agentLaunched('toolu_again', token('a'), 'again'));
  expect(harness.task('a')).toMatchObject({ status: 'working', attempts: 2, agentId: 'again' });
  harness.send(session.subagentStop('again', 'The report, once more.'));
  expect(harness.report('a')).toBe('The report, once more.');
});
