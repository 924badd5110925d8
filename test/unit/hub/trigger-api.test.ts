import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeWait } from '../../../src/view/triggers/firing-reasons.ts';
import { type HubApp, makeHubApp } from '../../support/hub-app.ts';
import { BEARER } from '../../support/hub-process.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

let dirs: TempDir[];
let hub: HubApp;

const SCHEDULES = {
  review: { cron: '0 9 * * MON,FRI', timezone: 'Europe/Rome', plan: 'plans/review.md' },
};

beforeEach(async () => {
  dirs = [await makeTempDir(), await makeTempDir()];
  for (const { path } of dirs) {
    mkdirSync(join(path, '.claude'));
    const file = join(path, '.claude', 'swarm-parallel.json');
    writeFileSync(file, JSON.stringify({ schedules: SCHEDULES }));
  }
  hub = await makeHubApp(
    dirs.map(({ path }) => path),
    { now: () => '2026-11-28T12:00:00.000Z' },
  );
});
afterEach(async () => {
  expect(hub.faults).toEqual([]);
  await hub[Symbol.asyncDispose]();
  await Promise.all(dirs.map((dir) => dir.remove()));
});

const post = (path: string, body = '') => hub.call(path, { method: 'POST', body });

it('lists the schedules of all repositories with their next times', async () => {
  const { body } = await hub.call('/api/v1/schedules');
  const { schedules } = body as { schedules: { repo: string; next: string[] }[] };
  expect(schedules.map(({ repo, next }) => [repo, next[0]])).toEqual([
    ['repo-1', '2026-11-30T08:00:00.000Z'],
    ['repo-2', '2026-11-30T08:00:00.000Z'],
  ]);
});

it('pauses a schedule with a note, and resumes it', async () => {
  expect(await post('/api/v1/schedules/review/pause')).toMatchObject({ status: 400 });
  const paused = await post('/api/v1/schedules/review/pause?repo=repo-2', 'note=on+holiday');
  expect(paused.body.paused).toMatchObject({ note: 'on holiday', by: 'the API from this process' });
  const { body } = await hub.call('/api/v1/schedules?repo=repo-1');
  expect(body).toMatchObject({ schedules: [{ paused: null }] });
  const resumed = await post('/api/v1/schedules/review/resume?repo=repo-2');
  expect(resumed.body.paused).toBeNull();
});

it('triggers a schedule, whose firing is in the history', async () => {
  const fired = await post('/api/v1/schedules/review/trigger?repo=repo-1');
  expect(fired).toMatchObject({ status: 200, body: { name: 'review', origin: 'triggered' } });
  expect(fired.body).toMatchObject({ outcome: 'waiting', reason: describeWait(false) });
  const { body } = await hub.call('/api/v1/history?limit=5');
  expect(body).toMatchObject({ history: [{ repo: 'repo-1', id: fired.body.id }] });
});

it.each(['/api/v1/schedules/other/trigger', '/api/v1/schedules/review/explode'])(
  'answers %s with 404',
  async (path) => expect((await post(path)).status).toBe(404),
);

it('draws them for people, and gives a page that is open what it is drawn from', async () => {
  const html = await (await hub.fetch('/triggers', { headers: BEARER })).text();
  expect(html).toContain('Mon 2026-11-30 09:00');
  const headers = { ...BEARER, Accept: 'application/json' };
  const data = await (await hub.fetch('/triggers', { headers })).json();
  expect(data).toMatchObject({ kind: 'triggers', schedules: [{ name: 'review' }, {}] });
});
