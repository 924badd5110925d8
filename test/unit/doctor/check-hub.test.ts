import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkHub } from '../../../src/doctor/check-hub.ts';
import { acquireHub, publishUrl } from '../../../src/hub/service/hub-lock.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

it('says whether a hub serves the repository, where, and whether one is needed', async () => {
  await using dir = await makeTempDir();
  const stateDir = join(dir.path, 'swarm-parallel');
  const env = { XDG_STATE_HOME: dir.path };
  expect(checkHub(dir.path, { env })).toMatchObject({ code: 'hub_not_needed', level: 'ok' });
  mkdirSync(join(dir.path, '.claude'));
  const schedules = { review: { cron: '0 9 * * MON', plan: 'plan.md' } };
  writeFileSync(join(dir.path, '.claude/swarm-parallel.json'), JSON.stringify({ schedules }));
  expect(checkHub(dir.path, { env })).toMatchObject({ code: 'hub_missing', level: 'warning' });
  const lock = { stateDir, isAlive: () => true };
  const process = { pid: 7, startedAt: '1' };
  const startedAt = '2026-11-28T12:00:00.000Z';
  acquireHub(dir.path, { id: 'h', process, machine: 'desk', startedAt }, lock);
  publishUrl(dir.path, 'h', 'http://127.0.0.1:4600', lock);
  const found = checkHub(dir.path, { env }, () => true);
  expect(found.code).toBe('hub_ok');
  expect(found.message).toMatch(/process 7 on desk .*http:\/\/127\.0\.0\.1:4600/);
  // The name of the check is printed in front of it.
  expect(found.message).not.toMatch(/^hub\b/);
  expect(checkHub(dir.path, { env }, () => false).code).toBe('hub_missing');
});
