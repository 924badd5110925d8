import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { BEARER, HUB_TOKEN, type HubProcess, whenServing } from '../../support/hub-process.ts';
import { makeStage } from '../../support/swarm-run.ts';
import { waitUntil } from '../../support/wait-until.ts';

/** Requests that are huge, malformed or very many. */

const STREAMS = 500;

const makeHub = async () => {
  const stage = await makeStage({ plan: '', fakeClient: '', env: { SWARM_HUB_TOKEN: HUB_TOKEN } });
  const hub = await whenServing(stage.start('serve', '--port', '0', '--json'));
  return { stage, hub };
};

/** Sends bytes as they are. @returns what came back before the connection ended */
function send(hub: HubProcess, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    const socket: Socket = connect(Number(new URL(hub.url).port), '127.0.0.1');
    let answer = '';
    socket.on('data', (data) => {
      answer += data;
      if (/\r\n\r\n/.test(answer)) socket.destroy();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
    socket.end(bytes);
  });
}

const isHealthy = async (hub: HubProcess) => (await fetch(`${hub.url}/healthz`)).status === 200;

/** A generator of numbers below 1 that is the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

test('500 open event streams cost nothing, and are served of a run', {
  timeout: 120_000,
}, async () => {
  const { stage, hub } = await makeHub();
  await using _ = stage;
  let served = 0;
  const abort = new AbortController();
  const read = async () => {
    const { signal } = abort;
    const response = await fetch(`${hub.url}/events`, { headers: BEARER, signal });
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk);
      if (!text.includes('event: run')) continue;
      served += 1;
      return;
    }
  };
  const readers = Array.from({ length: STREAMS }, () => read().catch(() => {}));
  const open = async () => {
    const metrics = await (await fetch(`${hub.url}/metrics`, { headers: BEARER })).text();
    return Number(/^swarm_hub_event_streams (\d+)$/m.exec(metrics)?.[1]);
  };
  await waitUntil(async () => (await open()) === STREAMS);
  const plan = '---\ngoal: Tell all\ntasks:\n  - {id: a, title: Do it}\n---\n\n## a\nDo it.\n';
  stage.write('plan.md', plan);
  expect((await stage.swarm('plan', 'plan.md')).code).toBe(0);
  await waitUntil(() => served === STREAMS, { state: () => served });
  abort.abort();
  await Promise.all(readers);
  await waitUntil(async () => (await open()) === 0);
  expect(await hub.end()).toBe(0);
});

test('no bytes that a client can send stop the hub', { timeout: 120_000 }, async () => {
  const { stage, hub } = await makeHub();
  await using _ = stage;
  const random = seeded(16);
  const pick = <Item>(items: readonly Item[]): Item =>
    items[Math.floor(random() * items.length)] as Item;
  const noise = (length: number) => Buffer.from(Array.from({ length }, () => random() * 256));
  for (let round = 0; round < 150; round++) {
    const path = pick([
      '/',
      '/login',
      '/runs/%',
      '/api/v1/runs/..%2f',
      '//x',
      '/events?run=',
      '*',
      '/%00',
      '/mcp',
    ]);
    const header = pick([
      'Host: 127.0.0.1',
      'Host: x@y',
      'Host:',
      'Host: [::',
      `Cookie: ${'a=b;'.repeat(900)}`,
    ]);
    const more = pick([
      'Content-Length: 5',
      'Transfer-Encoding: chunked',
      'Content-Length: x',
      'Origin: null',
      `Authorization: Bearer ${HUB_TOKEN}`,
    ]);
    const method = pick(['GET', 'POST', 'TRACE', 'G E T', 'OPTIONS', 'PUT']);
    const head = `${method} ${path} HTTP/1.1\r\n${header}\r\n${more}\r\n\r\n`;
    const bytes = Buffer.concat([Buffer.from(head), noise(Math.floor(random() * 300))]);
    const answer = await send(hub, pick([bytes, noise(400), head.slice(0, 20)]));
    expect(answer).not.toMatch(/^HTTP\/1\.1 5/);
  }
  const huge = await send(
    hub,
    `POST /api/v1/runs/x/cancel HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${HUB_TOKEN}\r\nContent-Length: 99999999999\r\n\r\n`,
  );
  expect(huge).toContain('413');
  const headers = await send(
    hub,
    `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`,
  );
  expect(headers).toContain('431');
  expect(await isHealthy(hub)).toBe(true);
  expect(await hub.end()).toBe(0);
});
