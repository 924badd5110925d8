import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openHistory } from '../../src/hub/store/history.ts';
import { hubPaths } from '../../src/store/hub-paths.ts';
import type { FiringView } from '../../src/view/triggers/trigger-views.ts';
import { BLOCKS } from '../support/documents.ts';
import { bash } from '../support/orchestrator.ts';
import { makeStage } from '../support/swarm-run.ts';
import { outcomes } from '../support/swarm-session.ts';
import { makeTempDir } from '../support/temp-dir.ts';
import { waitUntil } from '../support/wait-until.ts';

/** The example of docs/schedules.md, executed by a hub with the real client. */

const DAY = 24 * 60 * 60_000;

function blockOf(info: string): string {
  const found = BLOCKS.find(
    (one) => one.place.startsWith('docs/schedules.md') && one.info === info,
  );
  if (!found) throw new Error(`docs/schedules.md has no block ${info}`);
  return found.text;
}

test('the review on Monday and Friday of the documents is caught up and completed', {
  timeout: 300_000,
}, async () => {
  const config = JSON.parse(blockOf('json'));
  const { review } = config.schedules;
  await using state = await makeTempDir('swarm-state-');
  await using stage = await makeStage({
    plan: '',
    // A week contains both days, whatever today is.
    config: { schedules: { review: { ...review, catchupWindow: '168h' } } },
    agents: {
      changes: [bash('git log --oneline'), { text: 'The changes are fine: one commit, a README.' }],
      tests: [bash('git log --stat'), { text: 'Nothing needs a test: there is only a README.' }],
    },
    env: { XDG_STATE_HOME: state.path, SWARM_HUB_TOKEN: 'a-token-for-tests-of-the-hub' },
  });

  mkdirSync(join(stage.repo.path, 'plans'));
  writeFileSync(join(stage.repo.path, review.plan), blockOf('md plan'));
  const paths = hubPaths(join(state.path, 'swarm-parallel'), stage.repo.path);
  const { cron, timezone } = review;
  openHistory(paths.history).append([
    {
      event: 'schedule.seen',
      at: new Date(Date.now() - 7 * DAY + 60_000).toISOString(),
      schedule: 'review',
      ...{ cron, timezone },
    },
  ]);

  const hub = stage.start('serve', '--port', '0', '--json');
  const history = async (): Promise<FiringView[]> => {
    const { stdout, stderr } = await stage.swarm('schedule', 'history', '--json');
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout).firings;
  };
  const firings = await waitUntil(
    async () => {
      const all = await history();
      const first = all.at(-1);
      return first?.runStatus === 'completed' ? all : null;
    },
    { state: history },
  );
  hub.process.kill('SIGTERM');
  await hub.ended;

  // The second time came while the run of the first one was working.
  expect(firings.map(({ outcome, origin }) => [outcome, origin])).toEqual([
    ['skipped', 'caught_up'],
    ['started', 'caught_up'],
  ]);
  const { status, errors, read } = stage.readRun();
  expect(errors).toBe('');
  expect(outcomes(status)).toEqual({ changes: 'completed', tests: 'completed' });
  expect(status.tasks.map(({ evidence }) => evidence?.toolCalls)).toEqual([
    { Bash: 1 },
    { Bash: 1 },
  ]);
  expect(read('results/changes.md')).toContain('The changes are fine');
});
