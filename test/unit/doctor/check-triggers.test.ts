import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkTriggers } from '../../../src/doctor/check-triggers.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

const review = { cron: '0 9 * * MON', plan: 'plan.md' };

it('names what is wrong with schedules, webhooks and targets, if there are any', async () => {
  await using dir = await makeTempDir();
  mkdirSync(join(dir.path, '.claude'));
  const checkConfigured = (config: object, problems: string[] = [], fileProblems = problems) => {
    writeFileSync(join(dir.path, '.claude/swarm-parallel.json'), JSON.stringify(config));
    return checkTriggers(dir.path, async () => ({
      fileProblems: () => fileProblems,
      problems: () => problems,
    }));
  };

  const problems = ['schedules.review.cron: expected five fields', 'webhook pr: no secret'];
  expect(await checkConfigured({ maxParallel: 2, schedules: {} }, problems)).toEqual([]);
  expect(await checkConfigured({ unknown: true }, problems)).toEqual([]);
  expect(await checkConfigured({ schedules: { review } })).toMatchObject([
    { code: 'triggers_ok', message: '1 schedule can be used' },
  ]);
  const targets = [{}, {}];
  expect(await checkConfigured({ webhooks: { pr: {} }, notify: { targets } })).toMatchObject([
    { message: '1 webhook and 2 targets can be used' },
  ]);
  for (const config of [
    { schedules: { review } },
    { schedules: 'daily' },
    { webhooks: { a: 1 } },
  ]) {
    expect(await checkConfigured(config, problems, [])).toMatchObject(
      problems.map((message) => ({ code: 'triggers_unusable', level: 'warning', message })),
    );
    expect(await checkConfigured(config, problems)).toMatchObject(
      problems.map((message) => ({ code: 'triggers_invalid', level: 'error', message })),
    );
  }
});
