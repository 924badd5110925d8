import { expect, it } from 'vitest';
import { openHarness, treeOf } from '../../support/hook-harness.ts';
import { makeNewer } from '../../support/newer-run.ts';

it('does not change a run of a newer ledger format, and reports that once per session', async () => {
  await using harness = await openHarness({ a: [], b: [] });
  const { session, token } = harness;
  harness.launch('a');
  harness.link('a');
  makeNewer(harness.paths);
  const before = treeOf(harness.root);

  const start = JSON.stringify(harness.send(session.sessionStart('startup')));
  expect(start).toContain(harness.paths.ledger);
  expect(start).toContain('update swarm-parallel');
  const events = [
    session.agentLaunched('toolu_a', token('a'), 'aa'),
    session.agentFailure('toolu_a', token('a'), 'no such type'),
    session.subagentStart('aa'),
    session.toolCall('aa', 'toolu_x', 'Read', { file_path: 'x' }),
    session.subagentStop('aa', 'Report'),
    session.stopFailure('aa', 'rate_limit', 'API Error'),
    session.handback('aa', 'Report'),
    session.taskStop('aa'),
    session.notification({ taskId: 'aa', toolUseId: 'toolu_a', result: 'Report' }),
    session.prompt('What next?'),
    session.turnEnd(),
    session.sessionEnd('other'),
  ];
  for (const event of events) {
    expect([event.hook_event_name, harness.send(event)]).toEqual([event.hook_event_name, null]);
  }
  expect(treeOf(harness.root)).toEqual(before);
});

it('denies the launch of a task whose run has a newer ledger format', async () => {
  await using harness = await openHarness({ a: [] });
  makeNewer(harness.paths);
  const before = treeOf(harness.root);
  expect(harness.launch('a')).toMatchObject({
    hookSpecificOutput: {
      permissionDecision: 'deny',
      permissionDecisionReason: expect.stringContaining('update swarm-parallel'),
    },
  });
  expect(treeOf(harness.root)).toEqual(before);
});
