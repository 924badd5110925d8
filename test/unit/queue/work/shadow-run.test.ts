import { expect, test } from 'vitest';
import { DEFAULT_WORKER_OPTIONS } from '../../../../src/claude/command-line.ts';
import type { LedgerEvent } from '../../../../src/ledger/events.ts';
import { sha256 } from '../../../../src/platform/sha256.ts';
import { layShadowRun, readOrder } from '../../../../src/queue/work/shadow-run.ts';
import { makeFakeQueue } from '../../../support/fake-queue.ts';
import { makeHost } from '../../../support/host.ts';
import { makeOrder } from '../../../support/queue-order.ts';
import { at, launched, makeTask, opened } from '../../../support/run-events.ts';
import { makeTempDir, makeTempRepo } from '../../../support/temp-dir.ts';

const PROCESS = { pid: 7, startedAt: '7' };
const PLAN = [makeTask('left'), makeTask('right'), makeTask('both', { needs: ['left', 'right'] })];
const STARTED: LedgerEvent = {
  ...{ event: 'supervisor.started', at: at(1), supervisor: 's', replaces: null },
  ...{ process: { pid: 1, startedAt: '1' }, maxParallel: 0, options: DEFAULT_WORKER_OPTIONS },
};

function launch(task: string, attempt: string, pool?: string): LedgerEvent {
  return launched(task, { attempt, session: attempt, supervisor: 's', client: PROCESS, pool });
}

function reported(task: string, attempt: string): LedgerEvent {
  const report = { path: `results/${task}.md`, bytes: 4, sha256: sha256('done') };
  return {
    ...{ event: 'agent.ended', at: at(4), agentId: attempt, attempt, outcome: 'reported' },
    ...{ category: null, message: null, abstract: 'Done.', report },
  };
}

test.each([
  ['on other machines', 'default'],
  ['on the machine of the supervisor', undefined],
])('a task can be launched whose needs ran at the same time %s', async (_, pool) => {
  await using repo = await makeTempRepo();
  await using clone = await makeTempDir();
  const attempt = '5f4b8f3e-6f2b-4c57-9d0e-0a1b2c3d4e5f';
  const ledger = [
    opened(PLAN, { session: null }),
    STARTED,
    ...[launch('left', 'a-left', pool), launch('right', 'a-right', pool)],
    ...[reported('left', 'a-left'), reported('right', 'a-right')],
    launch('both', attempt, 'default'),
  ].map((event) => JSON.stringify(event));
  const files = { 'results/left.md': 'done', 'results/right.md': 'done' };
  const more = { tasks: PLAN, task: 'both', attempt, ledger, files };
  const order = await makeOrder(repo, makeFakeQueue().worker().blobs, more);

  const shadow = layShadowRun(order, readOrder(order, PROCESS), clone.path, makeHost(clone.path));

  expect(shadow.attempt).toMatchObject({ id: attempt, refusal: null, client: PROCESS });
  expect(shadow.attempt.worker?.pool).toBeNull();
});
