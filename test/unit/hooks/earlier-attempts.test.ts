import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { storeReport } from '../../../src/operations/store-report.ts';
import { type Harness, openHarness } from '../../support/hook-harness.ts';

const TWICE = {
  tiers: { medium: { retry: { initialInterval: '1s', maximumAttempts: 2 } } },
};

/**
 * The agent of the first attempt reports before it is linked to its task. At the end of the turn the
 * client no longer lists it, so the task is launched again.
 */
async function openWithLateLink(): Promise<Harness> {
  const harness = await openHarness({ a: [] }, TWICE);
  const { session, token } = harness;
  harness.send(session.preAgent('toolu_first', token('a')));
  harness.send(session.subagentStart('first'));
  harness.send(session.subagentStop('first', 'The report of the first.'));
  harness.send(session.turnEnd());
  expect(harness.task('a')).toMatchObject({ status: 'pending', attempts: 1 });
  harness.send(session.preAgent('toolu_second', token('a')));
  harness.send(session.agentLaunched('toolu_second', token('a'), 'second'));
  return harness;
}

const linkFirst = (harness: Harness) =>
  harness.send(harness.session.agentLaunched('toolu_first', harness.token('a'), 'first'));

it('the report of an attempt whose agent is linked late does not replace the next one', async () => {
  await using harness = await openWithLateLink();
  const name = harness.token('a').slice(6);
  storeReport(harness.context, name, 'The report of the second.');
  linkFirst(harness);
  harness.send(harness.session.subagentStop('second', 'Done.'));
  expect(harness.report('a')).toBe('The report of the second.');
  expect(harness.task('a').result).toBe('results/a.md');
  const kept = join(harness.paths.results, 'a.late.md');
  expect(readFileSync(kept, 'utf8')).toBe('The report of the first.');
  expect(readFileSync(harness.paths.summary, 'utf8')).toContain('results/a.late.md');
});

it('the report of an earlier attempt completes the task if the later one fails', async () => {
  await using harness = await openWithLateLink();
  linkFirst(harness);
  expect(harness.task('a')).toMatchObject({ status: 'working', agentId: 'second' });
  harness.send(harness.session.stopFailure('second', 'unknown', 'API Error: 400 bad'));
  expect(harness.task('a')).toMatchObject({ status: 'completed', error: null, agentId: 'first' });
  expect(harness.report('a')).toBe('The report of the first.');
  const summary = readFileSync(harness.paths.summary, 'utf8');
  expect(summary).toContain('The report of the first.');
  expect(summary).not.toContain('arrived late');
});
