import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { retry } from '../../src/app/change-run.ts';
import { openHarness } from '../support/hook-harness.ts';

it('a completed task whose report is gone is done again when a person wants it', async () => {
  await using harness = await openHarness({ a: [] });
  const { root, session, token, context } = harness;
  harness.launch('a');
  harness.link('a');
  harness.send(session.subagentStop('aa', 'The report.'));
  rmSync(join(harness.paths.results, 'a.md'));
  expect(harness.task('a')).toMatchObject({ status: 'failed', error: { category: 'lost' } });

  const options = { ...context, isPlugin: true };
  const name = token('a').slice(6);
  expect(retry(root, name, { ...options, isInSession: false })).toContain(
    `\`/swarm-resume ${harness.paths.run}\` in Claude Code, or \`swarm run ${harness.paths.run}\``,
  );
  expect(retry(root, name, { ...options, isInSession: true })).toContain(`prompt: "${token('a')}"`);
  harness.send(session.preAgent('toolu_again', token('a')));
  harness.send(session.agentLaunched('toolu_again', token('a'), 'again'));
  expect(harness.task('a')).toMatchObject({ status: 'working', attempts: 2, agentId: 'again' });
  harness.send(session.subagentStop('again', 'The report, once more.'));
  expect(harness.report('a')).toBe('The report, once more.');
});
