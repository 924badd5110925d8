import { afterAll, beforeAll, expect, test } from 'vitest';
import { fakeClient } from '../../support/fake-client.ts';
import { SECRET } from '../../support/queue-order.ts';
import { type RedisServer, startRedis } from '../../support/redis-server.ts';
import { makeStage } from '../../support/swarm-run.ts';
import { git } from '../../support/temp-dir.ts';
import { startWorkerProcess } from '../../support/worker-process.ts';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

const PLAN = `---
goal: Write two files
tasks:
  - {id: one, title: Write the first file, tier: quick, writes: ["one.md"]}
  - {id: two, title: Write the second file, tier: quick, writes: ["two.md"], needs: [one]}
---

## one
Write it.

## two
Write it.
`;

const WRITES = `
  const { readdirSync, writeFileSync } = require('node:fs');
  writeFileSync(task + '.md', readdirSync('.').filter((name) => name.endsWith('.md')).join());
  swarm('checkpoint', /^swarm:(\\S+)/.exec(prompt)[1], '50', 'halfway');
  report('Written by ' + task + '.');
`;

test('the tasks of a run are executed by two workers, and their branches come back', async () => {
  await using _first = await startWorkerProcess(redis, WRITES, { args: ['--name', 'first'] });
  await using _second = await startWorkerProcess(redis, WRITES, { args: ['--name', 'second'] });
  await using stage = await makeStage({
    plan: PLAN,
    fakeClient: fakeClient({ default: '' }),
    env: { SWARM_QUEUE_SECRET: SECRET },
  });

  const ended = await stage.swarm('run', 'plan.md', '--queue', redis.url, '--max-parallel', '0');

  expect(ended).toMatchObject({ code: 0 });
  const run = stage.readRun();
  expect(run.status.tasks).toMatchObject([
    { id: 'one', status: 'completed', machine: expect.stringMatching(/first|second/) },
    { id: 'two', status: 'completed', machine: expect.stringMatching(/first|second/) },
  ]);
  const branch = `swarm/${run.status.run}/two`;
  expect(await git(stage.repo.path, 'show', `${branch}:two.md`)).toBe('README.md,one.md');
});
