import { beforeEach, expect, it } from 'vitest';
import { readLedger } from '../../../src/ledger/ledger-file.ts';
import { cancelRun } from '../../../src/operations/cancel-run.ts';
import { type Harness, openHarness } from '../../support/hook-harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await openHarness(
    { a: [], b: [] },
    { tiers: { medium: { heartbeatTimeout: '8s', retry: { maximumAttempts: 1 } } } },
  );
  harness.launch('a');
  harness.link('a');
  return () => harness[Symbol.asyncDispose]();
});

const call = (agentId: string, tool = 'Read') =>
  harness.send({
    session_id: harness.session.id,
    cwd: harness.root,
    hook_event_name: 'PreToolUse',
    agent_id: agentId,
    tool_name: tool,
    tool_use_id: 'toolu_read',
    tool_input: { file_path: `${harness.root}/x` },
  });
const events = () => readLedger(harness.paths.ledger).events.map(({ event }) => event);

it('allows tool calls of running agents, and of agents that belong to no run', () => {
  expect(call('aa')).toBeNull();
  expect(call('astranger')).toBeNull();
});

it('ends an agent of a cancelled task at any tool call', () => {
  cancelRun(harness.load(), 'a', harness.context);
  expect(call('aa')).toMatchObject({ continue: false, stopReason: 'task "a" was cancelled' });
  expect(call('astranger')).toBeNull();
});

it('ends a timed-out agent at any tool call, and records the timeout', () => {
  harness.context.sleep(10 * 60_000);
  expect(call('aa')).toMatchObject({ continue: false, stopReason: 'task "a" has timed out' });
  expect(harness.task('a')).toMatchObject({ status: 'failed', error: { category: 'timeout' } });
  expect(call('aa')).toMatchObject({ continue: false });
  expect(events().filter((event) => event === 'attempt.timed_out')).toHaveLength(1);
});

it('counts tool calls as heartbeats, and records them at intervals', () => {
  for (let second = 0; second < 10; second++) {
    call('aa');
    harness.context.sleep(1_000);
  }
  const signs = events().filter((event) => event === 'agent.seen').length;
  expect(signs).toBeGreaterThan(2);
  expect(signs).toBeLessThan(6);
});
