import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventOf } from '../../../src/hub/store/history-events.ts';
import { Triggers } from '../../../src/hub/triggers.ts';
import { payloadFile } from '../../../src/hub/webhooks/delivery-file.ts';
import { makeTestHub, type TestHub } from '../../support/hub.ts';
import { opened, RUN } from '../../support/run-events.ts';
import { storeRun } from '../../support/stored-run.ts';
import { waitUntil } from '../../support/wait-until.ts';

const CONFIG = {
  schedules: { review: { cron: '0 9 * * *', timezone: 'UTC', plan: 'plans/none.md' } },
  notify: {
    targets: [
      {
        url: 'https://one.example/in',
        format: 'slack',
        events: ['schedule.missed', 'webhook.failed'],
      },
    ],
  },
};

let hub: TestHub;
let triggers: Triggers;
let sent: string[];
let notes: string[];

function open(): void {
  const { host, supervise, findClient, owner } = hub.context;
  triggers = new Triggers({
    ...{ host, supervise, findClient, env: {}, process: owner.process },
    hubUrl: () => 'http://127.0.0.1:4600',
    async fetch(_, init) {
      sent.push(JSON.parse(String(init?.body)).text);
      return new Response(null, { status: 200 });
    },
    onNote: (text) => notes.push(text),
    setTimer: () => () => {},
  });
}

beforeEach(async () => {
  [sent, notes] = [[], []];
  hub = await makeTestHub('2026-11-23T08:00:00Z', CONFIG);
  open();
  triggers.start();
  await triggers.evaluate();
});
afterEach(async () => {
  await triggers.close();
  await hub[Symbol.asyncDispose]();
});

describe('a hub', () => {
  it('reports a firing that could not start anything, once, also after a restart', async () => {
    hub.setTime('2026-11-23T09:00:00Z');
    await triggers.evaluate();
    await waitUntil(() => sent.length > 0);
    await triggers.close();
    open();
    triggers.start();
    await triggers.evaluate();
    await triggers.close();
    expect(sent).toEqual([expect.stringContaining('schedule review failed (plan): plans/none.md')]);
    expect(triggers.outbox()).toMatchObject({ pending: [], dead: [], delivered: 1 });
  });

  it('reports missed times', async () => {
    hub.setTime('2026-11-25T23:00:00Z');
    await triggers.evaluate();
    await waitUntil(() => sent.length > 0);
    expect(sent.join()).toContain(
      'schedule review missed 3 times between 2026-11-23T09:00:00.000Z',
    );
  });

  it('tells the person who started it what is wrong with the configuration', () => {
    expect(notes).toEqual([expect.stringContaining('schedule review: plans/none.md')]);
  });

  it('sends what a killed notifier has left out, but nothing that is long past', async () => {
    await triggers.close();
    const target = { ...CONFIG.notify.targets[0], events: ['run.started'] };
    hub.configure({ notify: { targets: [target] } });
    storeRun(hub.root, [opened(['a'], { at: '2026-11-23T07:30:00.000Z' })]);
    const other = '20261122-181530-412xyz';
    storeRun(hub.root, [opened(['a'], { run: other, at: '2026-11-20T07:30:00.000Z' })], other);
    open();
    triggers.start();
    await waitUntil(() => sent.length > 0);
    await triggers.close();
    expect(sent).toEqual([expect.stringContaining(`/runs/${RUN}`)]);
  });

  it('removes payloads after 30 days, but not those that it still needs', async () => {
    const request = (id: string, at: string): EventOf<'firing.requested'> => ({
      event: 'firing.requested',
      at,
      firing: `pr/${id}`,
      trigger: 'webhook',
      name: 'pr',
      origin: 'delivery',
      scheduledFor: null,
      by: null,
      overlap: null,
      delivery: { id, event: 'x', file: payloadFile(`pr/${id}`) },
    });
    const old = '2026-10-01T00:00:00.000Z';
    const { history, deliveries } = hub.context;
    mkdirSync(deliveries, { recursive: true });
    for (const id of ['old', 'waiting', 'new']) {
      writeFileSync(join(deliveries, payloadFile(`pr/${id}`)), '{}');
    }
    history.append([
      request('old', old),
      request('waiting', old),
      request('new', '2026-11-20T00:00:00.000Z'),
      { event: 'firing.skipped', at: old, firing: 'pr/old', reason: 'removed' },
      { event: 'firing.started', at: old, firing: 'pr/waiting', run: '20261122-181530-412abc' },
    ]);
    await triggers.close();
    open();
    triggers.start();
    const isKept = (id: string) => existsSync(join(deliveries, payloadFile(`pr/${id}`)));
    expect([isKept('old'), isKept('waiting'), isKept('new')]).toEqual([false, true, true]);
  });
});
