import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Outbox, openOutbox } from '../../../src/notify/outbox/outbox.ts';
import { OutboxSender } from '../../../src/notify/outbox/outbox-sender.ts';
import { messageOf } from '../../../src/notify/outbox/queue-messages.ts';
import { sendMessage } from '../../../src/notify/outbox/send-message.ts';
import { targetsFor } from '../../../src/notify/outbox/target-id.ts';
import type { NotifyTarget } from '../../../src/notify/target-schema.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const SLACK = 'https://hooks.slack.example/services/T0/B0/very-secret-path';
const HOUR = 60 * 60_000;

const MAIN: NotifyTarget = {
  url: 'https://one.example/in',
  secretEnv: 'SECRET',
  format: 'standard-webhooks',
  events: ['run.started', 'task.completed', 'run.ended'],
};
const OTHER: NotifyTarget = { ...MAIN, url: 'https://two.example/in' };

interface Received {
  at: number;
  url: string;
  type: string;
  run: string;
  headers: Headers;
  body: string;
}

let dir: TempDir;
let outbox: Outbox;
let now: number;
let received: Received[];
let answer: (url: string) => Response | Error;
let targets: NotifyTarget[];
let sender: OutboxSender;
let timer: { at: number; callback: () => void } | null;

const env: Record<string, string> = { SECRET, SLACK };

/** A server for every address, whose answers a test decides. */
const server: typeof fetch = async (url, init) => {
  const body = String(init?.body);
  const { type = '', data = {} } = JSON.parse(body);
  const headers = new Headers(init?.headers);
  received.push({ at: now, url: String(url), type, run: data.run ?? '', headers, body });
  expect(init?.redirect).toBe('manual');
  const answered = answer(String(url));
  if (answered instanceof Error) throw answered;
  return answered;
};

function makeSender(): OutboxSender {
  return new OutboxSender({
    outbox,
    targets: () => targets,
    send: (message, target) =>
      sendMessage(message, target, { env, root: dir.path, fetch: server, now: () => now }),
    now: () => now,
    setTimer(callback, ms) {
      timer = { at: now + ms, callback };
      return () => {
        timer = null;
      };
    },
    onChange: () => {},
    onError: (error) => {
      throw error;
    },
  });
}

function add(run: string, type: string): string {
  const message = messageOf(`${run} ${type}`, type, {
    at: new Date(now).toISOString(),
    run,
    targets: targetsFor(targets, type),
    data: {
      repository: 'demo',
      run,
      message: `${type} of <${run}>`,
      url: 'http://127.0.0.1:4600/runs/1',
    },
  });
  outbox.append([message]);
  return message.id;
}

/** Lets the clock run until nothing is waited for, or for this long. */
async function run(ms = Number.POSITIVE_INFINITY): Promise<void> {
  const end = now + ms;
  sender.wake();
  await sender.settle();
  while (timer && timer.at <= end) {
    now = timer.at;
    timer.callback();
    await sender.settle();
  }
}

beforeEach(async () => {
  dir = await makeTempDir();
  outbox = openOutbox(join(dir.path, 'outbox.jsonl'));
  now = Date.UTC(2026, 10, 23);
  received = [];
  answer = () => new Response(null, { status: 204 });
  targets = [MAIN];
  timer = null;
  sender = makeSender();
});
afterEach(async () => {
  await sender.close();
  await dir.remove();
});

describe('a message', () => {
  it('is signed as Standard Webhooks says, with the id that repeats', async () => {
    const id = add('r1', 'run.ended');
    answer = () => new Response(null, { status: received.length === 1 ? 500 : 200 });
    await run();
    const [first, second] = received;
    expect(received).toHaveLength(2);
    expect([first?.headers.get('webhook-id'), second?.headers.get('webhook-id')]).toEqual([id, id]);
    const { headers, body = '' } = second ?? {};
    const at = new Date(Number(headers?.get('webhook-timestamp')) * 1_000);
    expect(headers?.get('webhook-signature')).toBe(new Webhook(SECRET).sign(id, at, body));
    expect(JSON.parse(body)).toMatchObject({
      type: 'run.ended',
      data: { run: 'r1', repository: 'demo' },
    });
  });

  it('is tried again over hours, and then given up', async () => {
    add('r1', 'run.ended');
    answer = () => new Error('down');
    await run();
    const delays = received.map(({ at }, index) => at - (received[index - 1]?.at ?? at));
    expect(received).toHaveLength(10);
    expect(delays.every((delay, index) => index < 2 || delay > (delays[index - 1] ?? 0))).toBe(
      true,
    );
    expect(now - Date.UTC(2026, 10, 23)).toBeGreaterThan(15 * HOUR);
    const [message] = outbox.state.messages.values();
    expect([...(message?.targets.values() ?? [])]).toMatchObject([{ state: 'dead', attempts: 10 }]);
    expect(outbox.state.pending.size).toBe(0);
  });

  it('that was given up can be sent again', async () => {
    const id = add('r1', 'run.ended');
    answer = () => new Response(null, { status: 410 });
    await run();
    expect(received).toHaveLength(1);
    answer = () => new Response(null, { status: 200 });
    outbox.append([{ event: 'message.replayed', at: new Date(now).toISOString(), id, by: 'test' }]);
    await run();
    expect(received).toHaveLength(2);
    expect(outbox.state.pending.size).toBe(0);
  });

  it('waits as long as the receiver asks', async () => {
    add('r1', 'run.ended');
    answer = () => new Response(null, { status: 429, headers: { 'Retry-After': '3600' } });
    await run(HOUR - 1);
    expect(received).toHaveLength(1);
    await run(HOUR);
    expect(received).toHaveLength(2);
  });

  it('is not sent where a redirect leads', async () => {
    add('r1', 'run.ended');
    answer = () =>
      new Response(null, { status: 302, headers: { Location: 'http://169.254.169.254/' } });
    await run(1);
    const [message] = outbox.state.messages.values();
    expect([...(message?.targets.values() ?? [])]).toMatchObject([
      { state: 'pending', error: 'HTTP 302' },
    ]);
    expect(received.map(({ url }) => url)).toEqual([MAIN.url]);
  });

  it('without a secret waits for it', async () => {
    add('r1', 'run.ended');
    delete env.SECRET;
    await run(1);
    expect(received).toEqual([]);
    env.SECRET = SECRET;
    await run();
    expect(received).toHaveLength(1);
  });

  it('for a target that was removed is given up', async () => {
    add('r1', 'run.ended');
    targets = [];
    await run();
    expect(received).toEqual([]);
    expect(outbox.state.pending.size).toBe(0);
  });

  it('is sent by the next process if one was killed', async () => {
    add('r1', 'run.started');
    answer = () => new Error('down');
    await run(1);
    outbox = openOutbox(join(dir.path, 'outbox.jsonl'));
    answer = () => new Response(null, { status: 200 });
    sender = makeSender();
    await run();
    expect(received.map(({ type }) => type)).toEqual(['run.started', 'run.started']);
    expect(outbox.state.pending.size).toBe(0);
  });
});

describe('the messages of a run', () => {
  it('reach a target in their order, even if an earlier one has to be repeated', async () => {
    for (const type of ['run.started', 'task.completed', 'run.ended']) add('r1', type);
    answer = () => (received.length < 4 ? new Error('down') : new Response(null, { status: 200 }));
    await run();
    expect(received.map(({ type }) => type)).toEqual([
      ...['run.started', 'run.started', 'run.started', 'run.started'],
      ...['task.completed', 'run.ended'],
    ]);
  });

  it('do not wait for another target or another run', async () => {
    targets = [MAIN, OTHER];
    add('r1', 'run.started');
    add('r1', 'run.ended');
    add('r2', 'run.started');
    answer = (url) => (url === MAIN.url ? new Error('down') : new Response(null, { status: 200 }));
    await run(1);
    expect(
      received
        .filter(({ url }) => url === OTHER.url)
        .map(({ run: id, type }) => `${id} ${type}`)
        .sort(),
    ).toEqual(['r1 run.ended', 'r1 run.started', 'r2 run.started']);
    expect(received.filter(({ url }) => url === MAIN.url).map(({ run: id }) => id)).toEqual([
      'r1',
      'r2',
    ]);
  });
});

describe('a target of Slack', () => {
  it('gets a text with a link, and its address is nowhere on the disk', async () => {
    targets = [{ urlEnv: 'SLACK', format: 'slack', events: ['run.ended'] }];
    add('<r1>', 'run.ended');
    await run();
    expect(received.map(({ url, body }) => [url, JSON.parse(body)])).toEqual([
      [
        SLACK,
        { text: '*demo*: run.ended of &lt;&lt;r1&gt;&gt; <http://127.0.0.1:4600/runs/1|Open>' },
      ],
    ]);
    const file = readFileSync(join(dir.path, 'outbox.jsonl'), 'utf8');
    expect(file).not.toContain('very-secret-path');
    expect(file).not.toContain(SECRET);
  });
});
