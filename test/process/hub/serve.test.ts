import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { fakeClient } from '../../support/fake-client.ts';
import { BEARER, HUB_TOKEN, whenServing } from '../../support/hub-process.ts';
import { makeStage, type RunStage } from '../../support/swarm-run.ts';
import { waitUntil } from '../../support/wait-until.ts';

/** `swarm serve` as a process: one hub for each repository, and its end. */

const TIMEOUT = { timeout: 120_000 };
const WAITS = `setInterval(() => require('node:fs').existsSync('go') && (report('gone on'), process.exit(0)), 20);`;
const PLAN = `---
goal: Test the hub
tasks:
  - {id: one, title: Do the first thing}
---

## one
Say something.
`;

const makeHubStage = () =>
  makeStage({
    plan: PLAN,
    fakeClient: fakeClient({ one: WAITS }),
    env: { SWARM_HUB_TOKEN: HUB_TOKEN },
  });

/** Starts `swarm serve` on a free port. */
const serve = (stage: RunStage, ...args: string[]) =>
  whenServing(stage.start('serve', '--port', '0', '--json', ...args));

const get = (url: string, path: string) => fetch(`${url}${path}`, { headers: BEARER });

test('a run continues without the hub, and a new hub shows it', TIMEOUT, async () => {
  await using stage = await makeHubStage();
  const first = await serve(stage);
  const started = stage.start('run', 'plan.md');
  const runOf = async (url: string) => {
    const { runs } = (await (await get(url, '/api/v1/runs')).json()) as {
      runs: { run: string; status: string; atWork: boolean }[];
    };
    return runs[0];
  };
  await waitUntil(async () => (await runOf(first.url))?.atWork);
  await first.end('SIGKILL');
  const second = await serve(stage);
  expect(await runOf(second.url)).toMatchObject({ status: 'working', atWork: true });
  const events = await get(second.url, '/events');
  const reader = events.body?.getReader();
  stage.write('go', '');
  let text = '';
  while (!text.includes('"status":"completed"')) {
    text += Buffer.from((await reader?.read())?.value ?? new Uint8Array());
  }
  expect((await started.ended).code).toBe(0);
  // The open stream does not keep the hub from ending.
  expect(await second.end()).toBe(0);
});

test('a second hub for the repository refuses, and names the first', TIMEOUT, async () => {
  await using stage = await makeHubStage();
  const first = await serve(stage);
  const second = await stage.swarm('serve', '--port', '0');
  expect(second.code).toBe(1);
  expect(second.stderr).toContain(`process ${first.pid} at ${first.url}`);
  const link = await stage.swarm('serve', '--link');
  expect(link.stdout.trim()).toBe(`${first.url}/login?token=${HUB_TOKEN}`);
  expect(await first.end('SIGINT')).toBe(0);
  expect((await stage.swarm('serve', '--link')).code).toBe(3);
  expect(first.said()).not.toContain(HUB_TOKEN);
});

test('a taken port is explained, and the repository stays free', TIMEOUT, async () => {
  await using stage = await makeHubStage();
  await using other = await makeHubStage();
  const first = await serve(stage);
  const { port } = new URL(first.url);
  const refused = await other.swarm('serve', '--port', port);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('another program listens');
  expect(refused.stderr).not.toContain('    at ');
  const second = await serve(other, '--repo', other.repo.path);
  expect(await second.end()).toBe(0);
  expect(await first.end()).toBe(0);
});

test('a request that is not sent to its end is dropped', {
  ...TIMEOUT,
  tags: ['long'],
}, async () => {
  await using stage = await makeHubStage();
  const hub = await serve(stage);
  const { port } = new URL(hub.url);
  const slow = connect(Number(port), '127.0.0.1');
  let answer = '';
  slow.on('data', (text) => {
    answer += text;
  });
  const closed = new Promise((resolve) => slow.once('close', resolve));
  slow.write('POST /api/v1/runs/x/cancel HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Le');
  await closed;
  expect(answer).toContain('408');
  expect(await hub.end()).toBe(0);
});
