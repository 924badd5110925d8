import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Job, OrderAddress } from '../../../src/queue/engine/port.ts';
import { connectSupervisorQueue } from '../../../src/queue/engine/supervisor-queue.ts';
import { connectWorkerQueue } from '../../../src/queue/engine/worker-queue.ts';
import type { Signed } from '../../../src/queue/wire/signed.ts';
import { registerCleanUp } from '../../support/clean-up.ts';
import { startRedis } from '../../support/redis-server.ts';
import { waitUntil } from '../../support/wait-until.ts';

/** Short, so that no test waits for a real lock. */
const TIMING = { lock: 2_000, stalledCheck: 300 };
const RUN = '20261128-120000-000abc';

const server = await startRedis();
const now = () => new Date().toISOString();

async function connectSupervisor() {
  const queue = await connectSupervisorQueue(server.url, TIMING);
  registerCleanUp(() => queue.close());
  return queue;
}

async function connectWorker() {
  const queue = await connectWorkerQueue(server.url, now, TIMING);
  registerCleanUp(() => queue.close());
  return queue;
}

function signedText(text: string): Signed {
  return { protocol: 1, text, mac: 'unused here' };
}

function addressIn(pool: string): OrderAddress {
  return { pool, run: RUN, task: 'task', attempt: randomUUID() };
}

/** A pool of its own for each test, since they share a server. */
const newPool = () => `pool-${randomUUID().slice(0, 8)}`;
const newRun = () => `run-${randomUUID().slice(0, 8)}`;

test('an order reaches one worker once, however often it is submitted', async () => {
  const supervisor = await connectSupervisor();
  const worker = await connectWorker();
  const address = addressIn(newPool());
  const taken: [Signed, OrderAddress][] = [];

  await supervisor.submit(signedText('the order'), address);
  await supervisor.submit(signedText('the order again'), address);
  const serving = worker.serve({ [address.pool]: 2 }, async (order, job) => {
    taken.push([order, job.address]);
  });
  const stateOf = async () => (await supervisor.find(address.pool, [address.attempt])).values();
  await waitUntil(async () => [...(await stateOf())][0] === 'ended');
  await supervisor.submit(signedText('after its end'), address);
  await serving.close();

  expect(taken).toEqual([[signedText('the order'), address]]);
  expect([...(await stateOf())]).toEqual(['ended']);
});

test('an order that waits can be withdrawn, one at a worker cannot', async () => {
  const supervisor = await connectSupervisor();
  const worker = await connectWorker();
  const [waits, runs] = [addressIn(newPool()), addressIn(newPool())];
  let finish = () => {};

  await supervisor.submit(signedText('waits'), waits);
  await supervisor.submit(signedText('runs'), runs);
  const serving = worker.serve(
    { [runs.pool]: 1 },
    () => new Promise<void>((resolve) => (finish = resolve)),
  );
  const state = async ({ pool, attempt }: OrderAddress) =>
    (await supervisor.find(pool, [attempt])).get(attempt);
  await waitUntil(async () => (await state(runs)) === 'active');

  expect(await state(waits)).toBe('waiting');
  expect(await supervisor.withdraw(waits.pool, waits.attempt)).toBe(true);
  expect(await state(waits)).toBe('unknown');
  expect(await supervisor.withdraw(runs.pool, runs.attempt)).toBe(false);
  finish();
  await serving.close();
});

test('messages are handled in order, and again if the handler failed', async () => {
  const supervisor = await connectSupervisor();
  const worker = await connectWorker();
  const run = newRun();
  const handled: string[] = [];
  let failures = 1;

  for (const id of ['a', 'b', 'b', 'c']) await worker.send(run, `id-${id}`, signedText(id));
  const stop = await supervisor.consume(run, async ({ text }) => {
    if (text === 'b' && failures-- > 0) throw new Error('the disk is full');
    handled.push(text);
  });
  await waitUntil(() => handled.length === 3);
  await stop();

  expect(handled).toEqual(['a', 'b', 'c']);
});

test('what a dead supervisor had in hand is handled first by the next', async () => {
  const [dead, next] = [await connectSupervisor(), await connectSupervisor()];
  const worker = await connectWorker();
  const run = newRun();
  const handled: string[] = [];
  let hasTaken = false;
  for (const id of ['a', 'b']) await worker.send(run, `id-${id}`, signedText(id));

  await dead.consume(run, () => {
    hasTaken = true;
    return new Promise(() => {});
  });
  await waitUntil(() => hasTaken);
  expect(await next.backlog(run)).toBe(2);
  const stop = await next.consume(run, async ({ text }) => void handled.push(text));
  await waitUntil(() => handled.length === 2);
  await stop();

  expect(handled).toEqual(['a', 'b']);
});

test('a request to stop reaches a worker that listens now and one that listens later', async () => {
  const supervisor = await connectSupervisor();
  const worker = await connectWorker();
  const [early, late] = [randomUUID(), randomUUID()];
  const stopped: [string, boolean][] = [];
  worker.onStop(early, (isForGood) => stopped.push(['early', isForGood]));

  await supervisor.stop(early, true);
  await supervisor.stop(late, false);
  await waitUntil(() => stopped.length === 1);
  worker.onStop(late, (isForGood) => stopped.push(['late', isForGood]));
  await waitUntil(() => stopped.length === 2);
  await supervisor.stop(early, false);

  expect(stopped).toEqual([
    ['early', true],
    ['late', false],
  ]);
});

test('an order whose worker is not heard of is lost, even without another worker', async () => {
  const supervisor = await connectSupervisor();
  const worker = await connectWorker();
  const address = addressIn(newPool());
  const lost: string[] = [];
  supervisor.onStalled([address.pool], (attempt) => lost.push(attempt));
  let job: Job | undefined;
  await supervisor.submit(signedText('an order'), address);
  worker.serve({ [address.pool]: 1 }, (_, taken) => {
    job = taken;
    return new Promise(() => {});
  });
  await waitUntil(() => job);

  await forceExpiry(address);
  await waitUntil(() => lost.length > 0);
  await waitUntil(() => job?.signal.aborted);

  expect(new Set(lost)).toEqual(new Set([address.attempt]));
});

/** As if the worker's machine had been cut off for longer than its lock. */
async function forceExpiry({ pool, attempt }: OrderAddress): Promise<void> {
  const { Redis } = await import('ioredis');
  const redis = new Redis(server.url);
  await redis.set(`bull:swarm-${pool}:${attempt}:lock`, 'of nobody', 'PX', 1);
  redis.disconnect();
}

test('a worker that was paused takes no order, also not the one that it was waiting for', async () => {
  const supervisor = await connectSupervisor();
  const worker = await connectWorker();
  const other = await connectWorker();
  const address = addressIn(newPool());
  const taken: string[] = [];
  const serving = worker.serve({ [address.pool]: 1 }, async () => void taken.push('paused'));
  // It has looked once, and waits.
  const first = addressIn(address.pool);
  await supervisor.submit(signedText('first'), first);
  await waitUntil(() => taken.length === 1);

  await serving.pause();
  await supervisor.submit(signedText('an order'), address);
  other.serve({ [address.pool]: 1 }, async () => void taken.push('other'));
  await waitUntil(() => taken.length === 2);

  expect(taken).toEqual(['paused', 'other']);
});

test('machines are listed while they are there', async () => {
  const supervisor = await connectSupervisor();
  const worker = await connectWorkerQueue(server.url, now, TIMING);
  const machine = { name: 'build-1', pools: { gpu: 2 }, busy: 1, version: '0.1.0' };

  worker.announce(machine);
  const [found] = await waitUntil(async () => {
    const machines = await supervisor.machines();
    return machines.length > 0 && machines;
  });
  expect(found).toMatchObject(machine);

  await worker.close();
  expect(await supervisor.machines()).toEqual([]);
});

test('a blob is found by its hash, and not if its content is another', async () => {
  const { blobs } = await connectSupervisor();

  const key = await blobs.put(Buffer.from([0, 255, 10]));
  expect(await blobs.put(Buffer.from([0, 255, 10]))).toBe(key);

  expect(await blobs.get(key)).toEqual(Buffer.from([0, 255, 10]));
  expect(await blobs.get('0'.repeat(64))).toBeNull();
});

test('a server that stops for a while loses neither orders nor messages', async () => {
  const own = await startRedis({ args: ['--appendfsync', 'always'] });
  const supervisor = await connectSupervisorQueue(own.url, TIMING);
  const worker = await connectWorkerQueue(own.url, now, TIMING);
  const address = addressIn('default');
  const handled: string[] = [];
  await supervisor.consume(RUN, async ({ text }) => void handled.push(text));
  await supervisor.submit(signedText('an order'), address);

  await own.kill();
  const sent = worker.send(RUN, 'id-1', signedText('sent meanwhile'));
  await own.start();
  await sent;
  worker.serve({ default: 1 }, (order) => worker.send(RUN, 'id-2', order));
  await waitUntil(() => handled.length === 2, { state: () => handled });
  await Promise.all([supervisor.close(), worker.close()]);

  expect(handled).toEqual(['sent meanwhile', 'an order']);
});

test('nothing that answers is an error that names the place and no password', async () => {
  await expect(connectSupervisorQueue('redis://:secret@127.0.0.1:1')).rejects.toThrow(
    /^cannot use the queue at redis:\/\/127\.0\.0\.1:1: .*ECONNREFUSED/,
  );
});

test('a server without append-only file and with eviction is named', async () => {
  const careless = ['--appendonly', 'no', '--maxmemory-policy', 'allkeys-lru'];
  await using own = await startRedis({ args: careless });
  const worker = await connectWorkerQueue(own.url, now);

  const problems = await worker.problems();
  await worker.close();

  expect(problems).toHaveLength(2);
  expect(problems[0]).toContain('appendonly yes');
  expect(problems[1]).toContain('noeviction');
});
