import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isAlive } from '../../../src/platform/process/process-identity.ts';
import type { Message } from '../../../src/queue/wire/message.ts';
import { blocks } from '../../support/documents.ts';
import { fakeClient, writeFake } from '../../support/fake-client.ts';
import { eventsIn, makeOrder, SECRET } from '../../support/queue-order.ts';
import { type RedisServer, startRedis } from '../../support/redis-server.ts';
import { RUN } from '../../support/run-events.ts';
import { runSwarm } from '../../support/swarm-process.ts';
import { outlastEcho } from '../../support/swarm-run.ts';
import { makeTempDir, makeTempRepo, type TempDir } from '../../support/temp-dir.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { startTestSupervisor, startWorkerProcess } from '../../support/worker-process.ts';

let redis: RedisServer;
let repo: TempDir;
beforeAll(async () => {
  redis = await startRedis();
  repo = await makeTempRepo();
});
afterAll(async () => {
  await redis[Symbol.asyncDispose]();
  await repo.remove();
});

/** Waits until a file is in its HOME. */
const WAITS = `
  swarm('checkpoint', '20261122-181530-412abc/one', '10', 'waiting');
  const at = setInterval(() => {
    if (!require('node:fs').existsSync(process.env.HOME + '/go')) return;
    clearInterval(at);
    report('Done.');
  }, 20);
`;

function namesOf(messages: readonly Message[]): string[] {
  return messages.flatMap(eventsIn).map(({ event }) => event);
}

test('a worker takes an order from Redis and sends what becomes of it', async () => {
  await using supervisor = await startTestSupervisor(redis);
  await using worker = await startWorkerProcess(redis, `report('Done.');`);
  const order = await makeOrder(repo, supervisor.queue.blobs);

  await supervisor.submit(order);

  expect(await supervisor.endOf(order)).toMatchObject({
    ...{ kind: 'ended', files: { 'results/one.md': 'Done.' } },
  });
  worker.process.process.kill('SIGTERM');
  const { code, stdout } = await worker.ended;
  expect(code).toBe(0);
  expect(stdout).toContain('"outcome":"ended"');
});

test('asked once, a worker takes nothing new and lets what runs end', async () => {
  await using supervisor = await startTestSupervisor(redis);
  await using worker = await startWorkerProcess(redis, WAITS);
  const first = await makeOrder(repo, supervisor.queue.blobs);
  const second = await makeOrder(repo, supervisor.queue.blobs);
  await supervisor.submit(first);
  await waitUntil(() => namesOf(supervisor.messages).includes('task.checkpoint'));

  worker.process.process.kill('SIGINT');
  await waitUntil(async () => (await supervisor.queue.machines())[0]?.pools.default === undefined);
  await supervisor.submit(second);
  writeFileSync(join(worker.home.path, 'go'), '');

  expect(await supervisor.endOf(first)).toMatchObject({
    ...{ kind: 'ended', files: { 'results/one.md': 'Done.' } },
  });
  expect((await worker.ended).code).toBe(0);
  expect(await supervisor.queue.find('default', [second.attempt])).toEqual(
    new Map([[second.attempt, 'waiting']]),
  );
  await supervisor.queue.withdraw('default', second.attempt);
});

test('asked twice, a worker gives back what runs', async () => {
  await using supervisor = await startTestSupervisor(redis);
  await using worker = await startWorkerProcess(redis, WAITS);
  const order = await makeOrder(repo, supervisor.queue.blobs);
  await supervisor.submit(order);
  await waitUntil(() => namesOf(supervisor.messages).includes('task.checkpoint'));

  worker.process.process.kill('SIGTERM');
  await outlastEcho();
  worker.process.process.kill('SIGTERM');

  const end = await supervisor.endOf(order);
  expect(end.kind).toBe('ended');
  expect(eventsIn(end).at(-1)).toMatchObject({
    ...{ event: 'session.ended', session: order.attempt },
  });
  expect((await worker.ended).code).toBe(0);
  expect(readdirSync(worker.places)).toEqual([]);
});

test('when a worker is killed, its guard ends the clients and tells the supervisor', async () => {
  await using supervisor = await startTestSupervisor(redis);
  await using worker = await startWorkerProcess(redis, WAITS);
  const order = await makeOrder(repo, supervisor.queue.blobs);
  await supervisor.submit(order);
  await waitUntil(() => namesOf(supervisor.messages).includes('task.checkpoint'));
  const started = supervisor.messages
    .flatMap(eventsIn)
    .find((event) => event.event === 'worker.started');

  worker.process.process.kill('SIGKILL');

  expect(await supervisor.endOf(order)).toMatchObject({ kind: 'lost', attempt: order.attempt });
  expect(started && isAlive(started.process)).toBe(false);
  await waitUntil(() => readdirSync(worker.places).length === 0);
});

test('a cancelled attempt ends on its worker', async () => {
  await using supervisor = await startTestSupervisor(redis);
  await using _worker = await startWorkerProcess(redis, WAITS);
  const order = await makeOrder(repo, supervisor.queue.blobs);
  await supervisor.submit(order);
  await waitUntil(() => namesOf(supervisor.messages).includes('task.checkpoint'));

  await supervisor.queue.stop(order.attempt, true);

  expect(eventsIn(await supervisor.endOf(order)).at(-1)).toMatchObject({
    ...{ event: 'agent.ended', outcome: 'stopped' },
  });
});

test('a worker serves its health and its metrics', async () => {
  await using worker = await startWorkerProcess(redis, '', {
    args: ['--port', '0', '--pool', 'gpu=1,default=3', '--name', 'workshop'],
  });
  const { stdout } = worker.process.output();
  const { url, name, pools } = JSON.parse(stdout.split('\n')[0] ?? '');

  expect({ name, pools }).toEqual({ name: 'workshop', pools: { gpu: 1, default: 3 } });
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toContain('swarm_worker_slots{machine="workshop",pool="gpu"} 1');
  expect(metrics).toContain('swarm_worker_queue_up{machine="workshop"} 1');
  expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(405);
});

test('`swarm worker --drain` ends the workers of the machine', async () => {
  await using worker = await startWorkerProcess(redis, '');
  const { path } = worker.home;

  const drained = await runSwarm(['worker', '--drain', '--json'], {
    ...{ cwd: path, env: { HOME: path } },
  });

  expect(JSON.parse(drained.stdout)).toEqual({
    drained: [{ pid: worker.process.process.pid, name: expect.any(String) }],
  });
  expect((await worker.ended).code).toBe(0);
});

test.each([
  [['--pool', 'gpu'], {}, '--pool'],
  [[], { SWARM_QUEUE_SECRET: '' }, 'SWARM_QUEUE_SECRET'],
  [['--queue', 'http://example'], {}, 'redis://'],
])('a worker that is started with %j and %j says what is wrong', async (args, env, names) => {
  await using home = await makeTempDir();
  const client = writeFake(home.path, fakeClient({ default: '' }));
  const result = await runSwarm(['worker', ...args], {
    cwd: home.path,
    env: {
      ...{ SWARM_CLAUDE_BIN: client, SWARM_QUEUE_SECRET: SECRET, SWARM_QUEUE_URL: redis.url },
      ...env,
    },
  });

  expect(result.code).toBe(2);
  expect(result.stderr).toContain(names);
});

test('`swarm queue` shows, drains and cleans a queue', async () => {
  await using server = await startRedis();
  await using supervisor = await startTestSupervisor(server);
  await using _worker = await startWorkerProcess(server, `report('Done.');`, {
    args: ['--pool', 'default=3', '--name', 'workshop'],
  });
  await using home = await makeTempDir();
  const queue = async (...args: string[]) => {
    const { stdout, stderr } = await runSwarm(['queue', ...args, '--json'], {
      ...{ cwd: home.path, env: { SWARM_QUEUE_URL: server.url } },
    });
    return stderr === '' ? JSON.parse(stdout) : stderr;
  };
  const order = await makeOrder(repo, supervisor.queue.blobs);

  expect(await queue('drain')).toEqual({ pools: ['default'], isDraining: true });
  await supervisor.submit(order);
  const pool = { pool: 'default', waiting: 1, active: 0, slots: 3, isDraining: true };
  expect(await queue('status')).toMatchObject({
    ...{ url: server.url, pools: [pool], problems: [] },
    machines: [{ name: 'workshop', pools: { default: 3 }, busy: 0 }],
  });
  expect(await queue('resume')).toMatchObject({ isDraining: false });
  await supervisor.endOf(order);
  await waitUntil(async () => (await queue('status')).pools[0].active === 0);
  expect(await queue('clean')).toEqual({ orders: 0, inboxes: [] });
  expect(await queue('clean', '--older-than', '0')).toEqual({ orders: 1, inboxes: [RUN] });
  expect(await queue('flush')).toContain('status, drain, resume, clean');
});

test('a worker needs no more of Redis than the user in the documentation may do', async () => {
  const [acl] = blocks('text acl');
  const [, user = ''] = /^user (.*)\n$/.exec(acl?.text ?? '') ?? [];
  await using server = await startRedis({ args: ['--user', ...user.split(' ')] });
  const url = server.url.replace('redis://', 'redis://swarm:a-long-password@');
  await using supervisor = await startTestSupervisor({ url });
  await using worker = await startWorkerProcess({ url }, WAITS);
  const order = await makeOrder(repo, supervisor.queue.blobs);
  await supervisor.submit(order);
  await waitUntil(() => namesOf(supervisor.messages).includes('task.checkpoint'));
  const status = await runSwarm(['queue', 'status', '--json'], {
    ...{ cwd: worker.home.path, env: { SWARM_QUEUE_URL: url } },
  });
  await supervisor.queue.stop(order.attempt, true);

  expect((await supervisor.endOf(order)).kind).toBe('ended');
  expect(JSON.parse(status.stdout)).toMatchObject({ pools: [{ pool: 'default', active: 1 }] });
  expect(status.stdout).not.toContain('a-long-password');
});
