import { expect, test } from 'vitest';
import { github } from '../../../src/hub/webhooks/senders/github.ts';
import type { FiringView, WebhookTest } from '../../../src/view/triggers/trigger-views.ts';
import { fakeClient } from '../../support/fake-client.ts';
import { makeStage, type RunStage } from '../../support/swarm-run.ts';
import { waitUntil } from '../../support/wait-until.ts';

/** Webhooks of a hub that is a process, with requests over HTTP. */

const TIMEOUT = { timeout: 120_000 };
const SECRET = 'a secret of the webhook';
const PLAN = `---
goal: Review a pull request
tasks:
  - {id: review, title: "Review number {{inputs.number}}"}
---

## review
Read pull request {{inputs.number}}.
`;
const OPENED = JSON.stringify({ action: 'opened', pull_request: { number: 42 } });

function makeHubStage(): Promise<RunStage> {
  // The worker reports what it can see of the secret.
  const body = `report('Secret: ' + (process.env.HOOK_SECRET ?? 'not there') + '; ' + prompt);`;
  return makeStage({
    plan: PLAN,
    config: {
      webhooks: {
        pr: {
          from: 'github',
          secretEnv: 'HOOK_SECRET',
          events: ['pull_request.opened'],
          plan: 'plan.md',
          inputs: { number: 'pull_request.number' },
          overlap: 'buffer_all',
        },
      },
    },
    fakeClient: fakeClient({ review: body }),
    env: { SWARM_HUB_TOKEN: 'a-token-for-tests-of-the-hub', HOOK_SECRET: SECRET },
  });
}

async function serve(stage: RunStage) {
  const hub = stage.start('serve', '--port', '0', '--json');
  let output = '';
  hub.process.stdout?.on('data', (text) => {
    output += text;
  });
  const line = await waitUntil(() => /^\{.*\}\n/.exec(output)?.[0], { state: () => output });
  const { url } = JSON.parse(line) as { url: string };
  const end = async (signal: NodeJS.Signals) => {
    hub.process.kill(signal);
    await hub.ended;
  };
  return { url, end };
}

async function deliver(url: string, id: string) {
  const signed = await github.sign(OPENED, SECRET, { id, event: 'pull_request', now: 0 });
  const headers = { ...signed, 'Content-Type': 'application/json' };
  const response = await fetch(`${url}/hooks/pr`, { method: 'POST', body: OPENED, headers });
  return { status: response.status, body: (await response.json()) as { status: string } };
}

async function history(stage: RunStage): Promise<FiringView[]> {
  const { stdout, stderr } = await stage.swarm('webhook', 'history', '--json');
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout).firings;
}

test('a delivery starts a run, once, also across a killed hub', TIMEOUT, async () => {
  await using stage = await makeHubStage();
  const first = await serve(stage);
  expect(await deliver(first.url, 'one')).toMatchObject({
    status: 202,
    body: { status: 'accepted' },
  });
  expect(await deliver(first.url, 'one')).toMatchObject({ body: { status: 'duplicate' } });
  await first.end('SIGKILL');
  const second = await serve(stage);
  expect(await deliver(second.url, 'one')).toMatchObject({ body: { status: 'duplicate' } });
  const [firing] = await waitUntil(
    async () => {
      const firings = await history(stage);
      return firings[0]?.runStatus === 'completed' ? firings : null;
    },
    { state: () => history(stage) },
  );
  await second.end('SIGTERM');
  expect(firing).toMatchObject({ id: 'pr/one', event: 'pull_request.opened' });
  expect(await history(stage)).toHaveLength(1);
  const { read, status } = stage.readRun();
  expect(status.tasks[0]?.title).toBe('Review number 42');
  const report = read('results/review.md');
  expect(report).toContain('Secret: not there');
  expect(report).toContain('Read pull request 42.');
});

test('a person tests a webhook without starting anything', TIMEOUT, async () => {
  await using stage = await makeHubStage();
  stage.write('payload.json', OPENED);
  const { code, stdout } = await stage.swarm(
    'webhook',
    'test',
    'pr',
    '--payload',
    'payload.json',
    '--json',
  );
  expect(code).toBe(0);
  expect(JSON.parse(stdout) as WebhookTest).toEqual({
    webhook: 'pr',
    event: 'pull_request.opened',
    isWanted: true,
    inputs: { number: '42' },
    goal: 'Review a pull request',
    titles: ['Review number 42'],
    problems: [],
  });
  expect(await history(stage)).toEqual([]);

  const missing = await stage.swarm('webhook', 'test', 'pr');
  expect(missing.code).toBe(1);
  expect(missing.stdout).toContain('pull_request.number');
});
