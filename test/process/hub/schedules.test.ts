import { expect, test } from 'vitest';
import type { FiringView, ScheduleView } from '../../../src/view/triggers/trigger-views.ts';
import { fakeClient } from '../../support/fake-client.ts';
import { makeStage, type RunStage } from '../../support/swarm-run.ts';
import { waitUntil } from '../../support/wait-until.ts';

/** `swarm schedule` as a process, with and without a running hub. */

const TIMEOUT = { timeout: 120_000 };
const PLAN = `---
goal: Review the code
tasks:
  - {id: review, title: Review the newest changes}
---

## review
Look at the newest changes.
`;

function makeHubStage(body: string, schedule: object = {}): Promise<RunStage> {
  return makeStage({
    plan: PLAN,
    config: { schedules: { review: { cron: '0 9 * * MON', plan: 'plan.md', ...schedule } } },
    fakeClient: fakeClient({ review: body }),
    env: { SWARM_HUB_TOKEN: 'a-token-for-tests-of-the-hub' },
  });
}

async function serve(stage: RunStage) {
  const hub = stage.start('serve', '--port', '0', '--json');
  let output = '';
  hub.process.stdout?.on('data', (text) => {
    output += text;
  });
  await waitUntil(() => output.includes('"url"'), { state: () => output });
  const end = async (signal: NodeJS.Signals) => {
    hub.process.kill(signal);
    return (await hub.ended).code;
  };
  return { end };
}

async function schedule<Document>(stage: RunStage, ...args: string[]): Promise<Document> {
  const { stdout, stderr } = await stage.swarm('schedule', ...args, '--json');
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Document;
}

async function newest(stage: RunStage): Promise<FiringView | undefined> {
  const { firings } = await schedule<{ firings: FiringView[] }>(stage, 'history');
  return firings[0];
}

const hasEnded = async (stage: RunStage) => {
  const firing = await newest(stage);
  return firing?.runStatus === 'completed' ? firing : null;
};

test('a person fires a schedule without a hub', TIMEOUT, async () => {
  await using stage = await makeHubStage(`report('Nothing to complain about.');`);
  const firing = await schedule<FiringView>(stage, 'trigger', 'review');
  expect(firing).toMatchObject({ outcome: 'started', origin: 'triggered', by: 'terminal' });
  await waitUntil(() => hasEnded(stage), { state: () => newest(stage) });
  // The next process records how the run of the first one ended.
  await schedule(stage, 'trigger', 'review');
  const { firings } = await schedule<{ firings: FiringView[] }>(stage, 'history');
  expect(firings[1]).toMatchObject({ id: firing.id, run: firing.run, runStatus: 'completed' });
  await waitUntil(() => hasEnded(stage), { state: () => newest(stage) });
});

test('a hub carries out what a person asks for', TIMEOUT, async () => {
  await using stage = await makeHubStage(`report('Nothing to complain about.');`);
  const hub = await serve(stage);
  const firing = await schedule<FiringView>(stage, 'trigger', 'review');
  expect(firing.outcome).toBe('started');
  await waitUntil(() => hasEnded(stage), { state: () => newest(stage) });

  const paused = await schedule<ScheduleView>(stage, 'pause', 'review', '--note', 'release week');
  expect(paused.paused).toMatchObject({ note: 'release week', by: 'terminal' });
  const resumed = await schedule<ScheduleView>(stage, 'resume', 'review');
  expect(resumed.paused).toBeNull();
  expect(await hub.end('SIGTERM')).toBe(0);
});

test('a run continues without its hub, and the next hub records its end', TIMEOUT, async () => {
  const waits = `setInterval(() => require('node:fs').existsSync('go') && (report('Done.'), process.exit(0)), 20);`;
  await using stage = await makeHubStage(waits, { overlap: 'buffer_one' });
  const first = await serve(stage);
  const { run } = await schedule<FiringView>(stage, 'trigger', 'review');
  const waiting = await schedule<FiringView>(stage, 'trigger', 'review');
  expect(waiting).toMatchObject({ outcome: 'waiting', run: null });
  await first.end('SIGKILL');
  stage.write('go', '');
  const second = await serve(stage);
  const last = await waitUntil(() => hasEnded(stage), { state: () => newest(stage) });
  expect(last.id).toBe(waiting.id);
  expect(last.run).not.toBe(run);
  await second.end('SIGTERM');
});

test('a schedule with a mistake is reported with its place', TIMEOUT, async () => {
  await using stage = await makeHubStage(`report('x');`, { cron: '0 25 * * *' });
  const { code, stderr } = await stage.swarm('schedule', 'list');
  expect(code).toBe(2);
  expect(stderr).toContain('schedules.review.cron');
  expect(stderr).toContain('hour 0 to 23, not 25');
});
