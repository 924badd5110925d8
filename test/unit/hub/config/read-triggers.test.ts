import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTriggers } from '../../../../src/hub/config/read-triggers.ts';
import { makeTempDir, type TempDir } from '../../../support/temp-dir.ts';

let dir: TempDir;

beforeAll(async () => {
  dir = await makeTempDir();
  mkdirSync(join(dir.path, '.claude'));
});
afterAll(() => dir.remove());

function read(config: object) {
  writeFileSync(join(dir.path, '.claude/swarm-parallel.json'), JSON.stringify(config));
  return readTriggers(dir.path);
}

/** The messages about a configuration, without the name of the file. */
function complaints(config: object): string[] {
  try {
    read(config);
    return [];
  } catch (error) {
    return (error as Error).message
      .split('\n')
      .map((line) => line.replace('.claude/swarm-parallel.json: ', ''));
  }
}

const SCHEDULE = { cron: '0 9 * * MON,FRI', plan: 'plans/review.md' };
const schedule = (more: object) => ({ schedules: { review: { ...SCHEDULE, ...more } } });

const WEBHOOK = { from: 'github', secretEnv: 'SWARM_HOOK', plan: 'plans/review.md' };
const webhook = (more: object) => ({ webhooks: { pr: { ...WEBHOOK, ...more } } });

const TARGET = { url: 'https://example.com/in', secretEnv: 'S', events: ['run.ended'] };
const target = (more: object) => ({ notify: { targets: [{ ...TARGET, ...more }] } });

describe('the triggers of a repository', () => {
  it('are none without a configuration', () => {
    expect(readTriggers(join(dir.path, 'nowhere'))).toEqual({
      schedules: {},
      webhooks: {},
      notify: { targets: [] },
    });
  });

  it('take every field of the documentation', () => {
    const config = read({
      schedules: {
        review: {
          ...SCHEDULE,
          timezone: 'Europe/Rome',
          overlap: 'skip',
          catchupWindow: '12h',
          jitter: '2m',
          pauseOnFailure: false,
          run: { budgetUsd: 2, allowedTools: ['Bash(npm test)'] },
        },
      },
      webhooks: {
        'pull-request': {
          ...WEBHOOK,
          events: ['pull_request.opened'],
          inputs: { number: 'pull_request.number', sha: 'pull_request.head.sha' },
          overlap: 'buffer_one',
          concurrency: 2,
          rate: '30/1h',
        },
      },
      notify: {
        command: ['true'],
        targets: [TARGET, { urlEnv: 'SLACK', format: 'slack', events: ['task.failed'] }],
      },
    });
    expect(config.schedules.review?.run).toMatchObject({ budgetUsd: 2, fresh: true });
    expect(config.notify.targets.map(({ format }) => format)).toEqual([
      'standard-webhooks',
      'slack',
    ]);
  });

  it.each<[string, object, RegExp]>([
    [
      'an hour',
      schedule({ cron: '0 25 * * *' }),
      /^schedules\.review\.cron: .*hour 0 to 23, not 25/,
    ],
    ['a missing field', schedule({ cron: '0 9 * *' }), /cron: .*five fields: .*these are 4/],
    ['a field too many', schedule({ cron: '0 0 9 * * *' }), /cron: .*five fields: .*these are 6/],
    ['a day', schedule({ cron: '0 9 * * FOO' }), /^schedules\.review\.cron: expected/],
    ['a date that never comes', schedule({ cron: '0 0 31 2 *' }), /cron: .*has a next time/],
    ['a step of 0', schedule({ cron: '*/0 * * * *' }), /cron: .*stepping/],
    [
      'a time zone',
      schedule({ timezone: 'Europe/Rom' }),
      /timezone: .*did you mean Europe\/Rome\?/,
    ],
    ['a policy', schedule({ overlap: 'bufer_one' }), /overlap: .*did you mean buffer_one\?/],
    ['a field', schedule({ timezon: 'UTC' }), /timezon: .*did you mean timezone\?/],
    [
      'an option of runs',
      schedule({ run: { budget: 1 } }),
      /run\.budget: .*did you mean budgetUsd\?/,
    ],
    ['a duration', schedule({ jitter: '2 minutes' }), /jitter: expected a duration such as/],
    [
      'a plan outside',
      schedule({ plan: '../plan.md' }),
      /plan: expected the path of a plan inside/,
    ],
    [
      'an absolute plan',
      schedule({ plan: '/etc/passwd' }),
      /plan: expected the path of a plan inside/,
    ],
    ['a name', { schedules: { My_Review: SCHEDULE } }, /My_Review: expected a name in kebab-case/],
    ['a sender', webhook({ from: 'gitlab' }), /from: .*github.*did you mean github\?/],
    ['no secret', webhook({ secretEnv: undefined }), /^webhooks\.pr: expected either secretEnv or/],
    ['two secrets', webhook({ secretFile: 'key' }), /^webhooks\.pr: expected either secretEnv or/],
    ['an input', webhook({ inputs: { 'a-b': 'x' } }), /inputs\.a-b: expected a name such as/],
    ['a path', webhook({ inputs: { a: 'x..y' } }), /inputs\.a: expected the path of a field/],
    ['a rate', webhook({ rate: '30' }), /rate: expected how many in which time/],
    ['an event out', target({ events: ['run.end'] }), /events\[0\]: .*did you mean run\.ended\?/],
    [
      'no address',
      target({ url: undefined }),
      /^notify\.targets\[0\]: expected either url or urlEnv/,
    ],
    ['an open address', target({ url: 'http://example.com/' }), /url: expected .*https/],
    [
      'no signature',
      target({ secretEnv: undefined }),
      /targets\[0\]: expected either secretEnv or/,
    ],
  ])('reject %s and say what was expected', (_, config, message) => {
    expect(complaints(config)).toEqual([expect.stringMatching(message)]);
  });

  it('report all findings at once', () => {
    expect(
      complaints({ ...schedule({ cron: '', timezone: 'X' }), ...webhook({ from: 1 }) }),
    ).toHaveLength(3);
  });

  it('allow an unencrypted address of this machine', () => {
    expect(complaints(target({ url: 'http://127.0.0.1:8080/in' }))).toEqual([]);
    expect(complaints(target({ url: 'http://[::1]:8080/in' }))).toEqual([]);
  });
});
