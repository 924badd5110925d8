import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256 } from '../../../src/platform/sha256.ts';
import { gateIdentity } from '../../../src/run/gate.ts';
import { fakeClient } from '../../support/fake-client.ts';
import { makeLatch } from '../../support/latch.ts';
import { type RedisServer, startRedis } from '../../support/redis-server.ts';
import {
  QUEUE_SECRET,
  type ScriptedAttempt,
  startMachine,
} from '../../support/scripted-machine.ts';
import { makeStage, type RunStage } from '../../support/swarm-run.ts';
import { makePlan } from '../../support/swarm-session.ts';
import { waitUntil } from '../../support/wait-until.ts';

/** The supervisor's side, with machines that follow a script instead of starting a client. */

let redis: RedisServer;
let pools = 0;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

/** Tests share a server, so each has a pool of its own. */
const newPool = () => `pool-${++pools}`;

function stageWith(tasks: { id: string; pool: string; needs?: string[] }[]): Promise<RunStage> {
  return makeStage({
    plan: makePlan(tasks),
    fakeClient: fakeClient({}),
    env: { SWARM_QUEUE_SECRET: QUEUE_SECRET },
  });
}

function machine(pool: string, play: (attempt: ScriptedAttempt) => Promise<void>, name?: string) {
  return startMachine(redis.url, play, { pools: { [pool]: 2 }, ...(name ? { name } : {}) });
}

const run = (stage: RunStage) => stage.start('run', 'plan.md', '--queue', redis.url);

test('other machines execute a plan, and each gets what its task needs', async () => {
  const pool = newPool();
  await using stage = await stageWith([
    { id: 'first', pool },
    { id: 'second', pool, needs: ['first'] },
  ]);
  await using workshop = await machine(pool, async ({ start, report, order }) => {
    await start();
    await report(`The report of ${order.task}.`);
  });

  const { code } = await run(stage).ended;

  expect(code).toBe(0);
  expect(workshop.orders.map(({ task }) => task)).toEqual(['first', 'second']);
  expect(workshop.orders[1]?.files).toEqual({ 'results/first.md': 'The report of first.' });
  const { summary, status } = stage.readRun();
  expect(summary).toContain('The report of second.');
  expect(status.tasks[1]).toMatchObject({ pool, machine: 'workshop', attempts: 1 });
});

test('a cancelled run stops the attempt that a machine has, and withdraws the one that waits', async () => {
  const [pool, unserved] = [newPool(), newPool()];
  const reasons: boolean[] = [];
  await using stage = await stageWith([
    { id: 'runs', pool },
    { id: 'waits', pool: unserved },
  ]);
  await using workshop = await machine(pool, async ({ start, stopped, end }) => {
    await start();
    reasons.push(await stopped);
    await end('stopped', 'cancelled on request');
  });

  const { ended } = run(stage);
  await waitUntil(
    () => workshop.orders.length === 1 && stage.readRun().status.counts.working === 2,
  );
  await stage.swarm('cancel', stage.readRun().id);
  const { code } = await ended;

  expect(code).toBe(1);
  expect(reasons).toEqual([true]);
  expect(stage.readRun().status.counts.cancelled).toBe(2);
});

test('a supervisor that was killed takes up what the machines have done, and orders nothing again', async () => {
  const pool = newPool();
  const killed = makeLatch();
  await using stage = await stageWith([{ id: 'one', pool }]);
  await using workshop = await machine(pool, async ({ start, report }) => {
    await start();
    await killed.opened;
    await report('Done meanwhile.');
  });

  const first = run(stage);
  await waitUntil(() => stage.readRun().status.tasks[0]?.machine);
  first.process.kill('SIGKILL');
  await first.ended;
  killed.open();
  const { code } = await stage.swarm('run', stage.readRun().id);

  expect(code).toBe(0);
  expect(workshop.orders).toHaveLength(1);
  expect(stage.readRun().summary).toContain('Done meanwhile.');
});

test('a machine that is lost costs no attempt, and its late report is refused', async () => {
  const pool = newPool();
  const lateSent = makeLatch();
  await using stage = await stageWith([{ id: 'one', pool }]);
  await using workshop = await machine(pool, async ({ order, start, send, report }) => {
    await start();
    if (workshop.orders[0] === order) {
      await send({ kind: 'lost', why: 'the worker was killed' });
      await report('Too late.');
      lateSent.open();
      return;
    }
    await lateSent.opened;
    await report('The second.');
  });

  const { code, stderr } = await run(stage).ended;

  expect(code).toBe(0);
  expect(stderr).toContain('the worker was killed');
  expect(workshop.orders).toHaveLength(2);
  expect(stage.readRun().summary).toContain('The second.');
  expect(stage.readRun().summary).not.toContain('Too late.');
});

test('an approved command travels with one further order', async () => {
  const pool = newPool();
  const digest = sha256(gateIdentity('make deploy', '.'));
  await using stage = await stageWith([{ id: 'one', pool }]);
  await using workshop = await machine(pool, async ({ order, start, ask, report }) => {
    await start();
    if (order.approvals.length > 0) return report('Pushed.');
    await ask({ gate: 'toolu_1', command: 'make deploy', sha256: digest });
    await report('A person must decide.');
  });

  expect((await run(stage).ended).code).toBe(4);
  await stage.swarm('approve', `${stage.readRun().id}/one`);
  await stage.swarm('run', stage.readRun().id);

  expect(workshop.orders.at(-1)?.approvals).toEqual([{ gate: 'toolu_1', sha256: digest }]);
});

test('an engine that was killed while tasks ran is not noticed', async () => {
  await using own = await startRedis({ args: ['--appendfsync', 'always'] });
  const pool = newPool();
  const [started, back] = [makeLatch(), makeLatch()];
  await using stage = await stageWith([{ id: 'one', pool }]);
  await using workshop = await startMachine(
    own.url,
    async ({ start, report }) => {
      await start();
      started.open();
      await back.opened;
      await report('Nothing happened.');
    },
    { pools: { [pool]: 1 } },
  );

  const { ended } = stage.start('run', 'plan.md', '--queue', own.url);
  await started.opened;
  await own.kill();
  back.open();
  await own.start();

  expect((await ended).code).toBe(0);
  expect(workshop.orders).toHaveLength(1);
});

test('an engine without its data costs what was out, and no attempt', async () => {
  await using own = await startRedis({ args: ['--appendonly', 'no'] });
  const pool = newPool();
  await using stage = await stageWith([{ id: 'one', pool }]);
  await using workshop = await startMachine(
    own.url,
    async ({ order, start, report, signal }) => {
      await start();
      if (workshop.orders[0] !== order) return report('Again.');
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    },
    { pools: { [pool]: 2 } },
  );

  const { ended } = stage.start('run', 'plan.md', '--queue', own.url);
  await waitUntil(() => stage.readRun().status.tasks[0]?.machine);
  await own.kill();
  await own.start();

  expect((await ended).code).toBe(0);
  expect(workshop.orders).toHaveLength(2);
  expect(stage.readRun().summary).toContain('Again.');
});

test('a secret that is missing, and a queue that does not answer, are said before anything starts', async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'one' }]),
    fakeClient: fakeClient({}),
  });

  const [noSecret, noQueue] = await Promise.all([
    stage.swarm('run', 'plan.md', '--queue', redis.url),
    stage.swarm('run', 'plan.md', '--max-parallel', '0'),
  ]);

  expect(noSecret).toMatchObject({ code: 2 });
  expect(noSecret.stderr).toContain('SWARM_QUEUE_SECRET');
  expect(noQueue).toMatchObject({ code: 2 });
});
