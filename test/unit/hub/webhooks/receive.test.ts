import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Triggers } from '../../../../src/hub/triggers.ts';
import { payloadFile } from '../../../../src/hub/webhooks/delivery-file.ts';
import { github } from '../../../../src/hub/webhooks/senders/github.ts';
import { slack } from '../../../../src/hub/webhooks/senders/slack.ts';
import { loadRun } from '../../../../src/store/run-handle.ts';
import { runPaths } from '../../../../src/store/run-paths.ts';
import { makeTestHub, type TestHub } from '../../../support/hub.ts';

const SECRET = 'a secret of the webhook';
const PLAN = `---
goal: Review a pull request
tasks:
  - {id: review, title: "Review number {{inputs.number}}"}
---

## review
Read pull request {{inputs.number}} at {{inputs.sha}}.
`;
const OPENED = { action: 'opened', pull_request: { number: 42, head: { sha: 'abc123' } } };

const config = (more: object = {}) => ({
  webhooks: {
    'pull-request': {
      from: 'github',
      secretEnv: 'HOOK_SECRET',
      events: ['pull_request.opened'],
      plan: 'plans/pr.md',
      inputs: { number: 'pull_request.number', sha: 'pull_request.head.sha' },
      overlap: 'allow_all',
      ...more,
    },
  },
});

let hub: TestHub;
let triggers: Triggers;

function open(env: Record<string, string> = { HOOK_SECRET: SECRET }) {
  const { host, supervise, findClient } = hub.context;
  const { process } = hub.context.owner;
  triggers = new Triggers({
    host,
    env,
    process,
    supervise,
    findClient,
    hubUrl: () => null,
    fetch,
    onNote: () => {},
    setTimer: () => () => {},
  });
}

async function start(more: object = {}): Promise<void> {
  hub = await makeTestHub('2026-11-23T08:00:00Z', config(more));
  hub.writePlan('plans/pr.md', PLAN);
  open();
}

beforeEach(() => start());
afterEach(async () => {
  await triggers.close();
  await hub[Symbol.asyncDispose]();
});

async function requestOf(payload: unknown, id = 'delivery-1', event = 'pull_request') {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const headers = await github.sign(body, SECRET, { id, event, now: 0 });
  return new Request('http://127.0.0.1/hooks/pull-request', { method: 'POST', body, headers });
}

async function send(payload: unknown, id?: string, event?: string) {
  const response = await triggers.receive('pull-request', await requestOf(payload, id, event));
  return { status: response.status, body: await response.json() };
}

const history = () => triggers.book.history();
const deliveries = () => readdirSync(hub.context.deliveries);

describe('a delivery', () => {
  it('is answered when payload and history are on the disk, and starts a run', async () => {
    expect(await send(OPENED)).toEqual({
      status: 202,
      body: { status: 'accepted', firing: 'pull-request/delivery-1' },
    });
    const [name = ''] = deliveries();
    const file = join(hub.context.deliveries, name);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(OPENED);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(hub.context.deliveries).mode & 0o777).toBe(0o700);
    await triggers.evaluate();
    const [firing] = history();
    expect(firing).toMatchObject({
      outcome: 'started',
      event: 'pull_request.opened',
      delivery: 'delivery-1',
    });
    const { opened } = loadRun(runPaths(hub.root, firing?.run ?? '')).state;
    expect(opened.goal).toBe('Review a pull request');
    expect(opened.tasks[0]).toMatchObject({
      title: 'Review number 42',
      brief: expect.stringContaining('Read pull request 42 at abc123.'),
    });
  });

  it('starts nothing twice, at once or after a restart', async () => {
    const answers = await Promise.all([send(OPENED), send(OPENED), send(OPENED)]);
    expect(answers.map(({ body }) => body.status).sort()).toEqual([
      'accepted',
      'duplicate',
      'duplicate',
    ]);
    await triggers.evaluate();
    await triggers.close();
    open();
    expect((await send(OPENED)).body.status).toBe('duplicate');
    await triggers.evaluate();
    expect(hub.supervised).toHaveLength(1);
    expect(history()).toHaveLength(1);
  });

  it('of an event that is not configured starts nothing, and is listed', async () => {
    expect((await send({ action: 'closed' })).body).toEqual({
      status: 'ignored',
      event: 'pull_request.closed',
    });
    await triggers.evaluate();
    expect(history()).toMatchObject([{ outcome: 'skipped', event: 'pull_request.closed' }]);
    expect(deliveries()).toEqual([]);
  });

  it('that lacks an input has failed, with the path of the field', async () => {
    await send({ action: 'opened' });
    await triggers.evaluate();
    expect(history()).toMatchObject([
      {
        outcome: 'failed',
        category: 'input',
        reason: expect.stringContaining('pull_request.number'),
      },
    ]);
  });

  it('can be taken again', async () => {
    await send(OPENED);
    await triggers.evaluate();
    const { id } = triggers.book.replay('pull-request/delivery-1', 'test');
    await triggers.evaluate();
    expect(triggers.book.firing(id)).toMatchObject({
      origin: 'replay',
      outcome: 'started',
      by: 'test',
    });
    expect(hub.supervised).toHaveLength(2);
  });
});

describe('a request that is not accepted', () => {
  it.each([
    [
      'a wrong signature',
      async () => {
        const request = await requestOf(OPENED);
        request.headers.set('X-Hub-Signature-256', `sha256=${'0'.repeat(64)}`);
        return request;
      },
      401,
    ],
    ['no signature', async () => new Request('http://x/', { method: 'POST', body: '{}' }), 400],
    ['no JSON', () => requestOf('Hello, World!'), 400],
    ['a body that is too long', () => requestOf('x'.repeat(5_000_001)), 413],
    ['another method', async () => new Request('http://x/'), 405],
  ] as const)('because of %s leaves nothing behind and is counted', async (_, make, status) => {
    const response = await triggers.receive('pull-request', await make());
    expect(response.status).toBe(status);
    expect(deliveries()).toEqual([]);
    expect(history()).toEqual([]);
    if (status !== 405) expect(triggers.book.webhooks()[0]?.rejected.count).toBe(1);
  });

  it('because the secret is not set tells its sender nothing about this machine', async () => {
    await triggers.close();
    open({});
    const { status, body } = await send(OPENED);
    expect(status).toBe(503);
    expect(JSON.stringify(body)).not.toContain('HOOK_SECRET');
    expect(triggers.book.webhooks()[0]?.problems).toEqual([expect.stringContaining('HOOK_SECRET')]);
  });
});

describe('a secret in a file', () => {
  it('is used if only the user can read it', async () => {
    const file = join(hub.root, 'secret');
    writeFileSync(file, `${SECRET}\n`, { mode: 0o600 });
    await triggers.close();
    hub.configure(config({ secretEnv: undefined, secretFile: 'secret' }));
    open({});
    expect((await send(OPENED)).status).toBe(202);
  });

  it('is refused if others can read it', async () => {
    const file = join(hub.root, 'secret');
    writeFileSync(file, SECRET, { mode: 0o644 });
    await triggers.close();
    hub.configure(config({ secretEnv: undefined, secretFile: 'secret' }));
    open({});
    expect((await send(OPENED)).status).toBe(503);
    expect(triggers.book.webhooks()[0]?.problems).toEqual([expect.stringContaining('chmod 600')]);
  });
});

describe('a hub that is killed at a delivery', () => {
  it('after the payload was written takes it when it is sent again', async () => {
    writeFileSync(
      join(hub.context.deliveries, payloadFile('pull-request/delivery-1')),
      '{"action":',
    );
    expect((await send(OPENED)).body.status).toBe('accepted');
    await triggers.evaluate();
    expect(history()).toMatchObject([{ outcome: 'started' }]);
  });

  it('after it was recorded starts its run later, once', async () => {
    await send(OPENED);
    await triggers.close();
    hub.restart();
    open();
    await triggers.evaluate();
    expect((await send(OPENED)).body.status).toBe('duplicate');
    expect(hub.supervised).toHaveLength(1);
  });
});

describe('any request', () => {
  it('gets an answer, and leaves nothing behind unless it is signed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.dictionary(
          fc.constantFrom(
            'X-Hub-Signature-256',
            'X-GitHub-Event',
            'Content-Type',
            'Content-Length',
          ),
          fc.stringMatching(/^[ -~]{0,80}$/),
        ),
        async (body, headers) => {
          const request = {
            method: 'POST',
            headers: { get: (name: string) => headers[name] ?? null },
            body: (async function* () {
              yield body;
            })(),
          };
          const { status } = await triggers.receive('pull-request', request);
          expect([400, 401, 413]).toContain(status);
        },
      ),
      { numRuns: 200 },
    );
    expect(deliveries()).toEqual([]);
    expect(history()).toEqual([]);
  });
});

describe('the limits of a webhook', () => {
  it('let no more than its rate start', async () => {
    await triggers.close();
    await hub[Symbol.asyncDispose]();
    await start({ rate: '2/1h' });
    for (let index = 0; index < 4; index++) await send(OPENED, `delivery-${index}`);
    await triggers.evaluate();
    expect(
      history()
        .map(({ outcome }) => outcome)
        .sort(),
    ).toEqual(['skipped', 'skipped', 'started', 'started']);
    hub.setTime('2026-11-23T09:00:01Z');
    await send(OPENED, 'later');
    await triggers.evaluate();
    expect(triggers.book.firing('pull-request/later').outcome).toBe('started');
  });

  it('let no more than its concurrency work at once', async () => {
    await triggers.close();
    await hub[Symbol.asyncDispose]();
    await start({ overlap: 'buffer_all', concurrency: 2 });
    for (let index = 0; index < 4; index++) await send(OPENED, `delivery-${index}`);
    await triggers.evaluate();
    expect(
      history()
        .map(({ outcome }) => outcome)
        .sort(),
    ).toEqual(['started', 'started', 'waiting', 'waiting']);
    hub.complete(hub.supervised[0]?.run ?? '');
    await triggers.evaluate();
    expect(hub.supervised).toHaveLength(3);
  });
});

describe('a webhook of Slack', () => {
  it('answers the challenge with which Slack begins', async () => {
    hub.configure(config({ from: 'slack', events: [] }));
    await triggers.close();
    open();
    const body = JSON.stringify({ type: 'url_verification', challenge: 'a-challenge' });
    const now = Date.parse(hub.context.host.now());
    const headers = await slack.sign(body, SECRET, { id: '', event: '', now });
    const response = await triggers.receive(
      'pull-request',
      new Request('http://x/', { method: 'POST', body, headers }),
    );
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ challenge: 'a-challenge' });
    expect(history()).toEqual([]);
  });
});
