import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { registerCleanUp } from '../../support/clean-up.ts';
import { fakeClient } from '../../support/fake-client.ts';
import { makeStage } from '../../support/swarm-run.ts';
import { waitUntil } from '../../support/wait-until.ts';

/** `notify.targets` with real processes and a receiver on this machine. */

const TIMEOUT = { timeout: 120_000 };
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const PLAN = `---
goal: Tell others
tasks:
  - {id: one, title: Do the first thing}
---

## one
Say something.
`;

interface Receiver extends AsyncDisposable {
  url: string;
  received: { type: string; data: Record<string, unknown> }[];
  /** The status of the next answers. */
  setStatus(status: number): void;
}

async function startReceiver(): Promise<Receiver> {
  const received: Receiver['received'] = [];
  let status = 200;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const signed = request.headers as Record<string, string>;
      if (status === 200) received.push(new Webhook(SECRET).verify(body, signed) as never);
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  const forget = registerCleanUp(close);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/in`,
    received,
    setStatus(value) {
      status = value;
    },
    async [Symbol.asyncDispose]() {
      forget();
      await close();
    },
  };
}

function stageFor({ url }: Receiver) {
  return makeStage({
    plan: PLAN,
    config: {
      notify: {
        targets: [
          { url, secretEnv: 'NOTIFY', events: ['run.started', 'task.completed', 'run.ended'] },
        ],
      },
    },
    fakeClient: fakeClient({ one: `report('Said.');` }),
    env: { NOTIFY: SECRET, SWARM_HUB_TOKEN: 'a-token-for-tests-of-the-hub' },
  });
}

const EVENTS = ['run.started', 'task.completed', 'run.ended'];

test('a run without a hub tells a target of its events, in order', TIMEOUT, async () => {
  await using receiver = await startReceiver();
  await using stage = await stageFor(receiver);
  expect((await stage.swarm('run', 'plan.md')).code).toBe(0);
  await waitUntil(() => receiver.received.length >= EVENTS.length, {
    state: () => receiver.received,
  });
  expect(receiver.received.map(({ type }) => type)).toEqual(EVENTS);
  const { status } = stage.readRun();
  expect(receiver.received.at(-1)?.data).toMatchObject({ run: status.run, status: 'completed' });
});

test('a message that was refused is sent again by a person, or by a hub', TIMEOUT, async () => {
  await using receiver = await startReceiver();
  await using stage = await stageFor(receiver);
  receiver.setStatus(410);
  expect((await stage.swarm('run', 'plan.md')).code).toBe(0);
  const outbox = async () => JSON.parse((await stage.swarm('webhook', 'history', '--json')).stdout);
  const { messages } = await waitUntil(
    async () => {
      const document = await outbox();
      return document.messages.dead.length === EVENTS.length ? document : null;
    },
    { state: outbox },
  );
  receiver.setStatus(200);
  const [first, second] = messages.dead.map(({ id }: { id: string }) => id);
  expect((await stage.swarm('webhook', 'replay', first)).code).toBe(0);
  expect(receiver.received.map(({ type }) => type)).toEqual([EVENTS[0]]);

  const hub = stage.start('serve', '--port', '0', '--json');
  await waitUntil(async () => (await stage.swarm('serve', '--link')).code === 0);
  expect((await stage.swarm('webhook', 'replay', second)).code).toBe(0);
  expect(receiver.received.map(({ type }) => type)).toEqual(EVENTS.slice(0, 2));
  hub.process.kill('SIGTERM');
  await hub.ended;
});
