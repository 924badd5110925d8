import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handleEvent } from '../../../src/hooks/dispatch.ts';
import { type Harness, openHarness, treeOf } from '../../support/hook-harness.ts';
import { fakeSession, notificationText, type Payload } from '../../support/hook-payloads.ts';

/** Events that concern no task of the run. */
const FOREIGN: [string, (harness: Harness) => Payload][] = [
  [
    'a call of Agent',
    ({ session }) => session.preAgent('toolu_x', 'Look around', { subagent_type: 'Explore' }),
  ],
  [
    'a call that mentions swarm',
    ({ session }) => session.preAgent('toolu_x', 'Explain swarm:x/y', { subagent_type: 'Explore' }),
  ],
  ['its launch', ({ session }) => session.agentLaunched('toolu_x', 'Look around', 'ax')],
  [
    'the launch of a run that is gone',
    ({ session }) => session.agentLaunched('toolu_x', 'swarm:20200101-000000-000aaa/a', 'ax'),
  ],
  [
    'the launch of a call that was never recorded',
    ({ session, token }) => session.agentLaunched('toolu_x', token('a'), 'ax'),
  ],
  [
    'the failure of a call that was never recorded',
    ({ session, token }) => session.agentFailure('toolu_x', token('a'), 'no such type'),
  ],
  [
    'its report',
    ({ session }) => session.agentCompleted('toolu_x', 'Look', { agentId: 'ax', content: [] }),
  ],
  ['its failure', ({ session }) => session.agentFailure('toolu_x', 'Look', 'no such type')],
  ['an agent that starts', ({ session }) => session.subagentStart('ax')],
  ['an agent that reports', ({ session }) => session.subagentStop('ax', 'Report')],
  ['an agent that says nothing', ({ session }) => session.subagentStop('ax')],
  ['an agent that fails', ({ session }) => session.stopFailure('ax', 'rate_limit', 'API Error')],
  [
    'a conversation that fails',
    ({ session }) => session.stopFailure(null, 'rate_limit', 'API Error'),
  ],
  ['an agent that hands over', ({ session }) => session.handback('ax', 'Report')],
  ['an agent that is stopped', ({ session }) => session.taskStop('ax')],
  ['a shell that is stopped', ({ session }) => session.taskStop('bbkmjqued')],
  ['a stop of something odd', ({ session }) => session.taskStop('../../x y')],
  [
    'the notification of an agent',
    ({ session }) => session.notification({ taskId: 'ax', toolUseId: 'toolu_x', result: 'Report' }),
  ],
  [
    'the notification of a shell',
    ({ session }) => session.notification({ taskId: 'bbkmjqued', toolUseId: 'toolu_b' }),
  ],
  ['a prompt', ({ session }) => session.prompt('Audit the auth layer')],
  [
    'a prompt that quotes a notification',
    ({ session }) => session.prompt(`Look: ${notificationText({ taskId: 'aa' })}`),
  ],
  ['the end of another session', ({ root }) => fakeSession(root, 'other').sessionEnd('other')],
  ['/clear', ({ session }) => session.sessionEnd('clear')],
  ['/resume', ({ session }) => session.sessionEnd('resume')],
  [
    'an event of a newer client',
    () => ({ hook_event_name: 'AgentDreamt', session_id: 's', cwd: '/' }),
  ],
  ['another tool', () => ({ hook_event_name: 'PostToolUse', tool_name: 'Bash', session_id: 's' })],
  ['nothing', () => ({})],
];

describe('an event that concerns no task', () => {
  let harness: Harness;

  beforeAll(async () => {
    harness = await openHarness({ a: [], b: [] });
    harness.launch('a');
    harness.link('a');
  });
  afterAll(() => harness[Symbol.asyncDispose]());

  it.each(FOREIGN)('changes nothing: %s', (_, event) => {
    const before = treeOf(harness.root);
    harness.send(event(harness));
    expect(treeOf(harness.root)).toEqual(before);
  });

  it('creates no files in a project without runs', () => {
    const root = join(harness.root, 'elsewhere');
    for (const [, event] of FOREIGN) {
      handleEvent(event(harness), { ...harness.context, root });
    }
    expect(existsSync(root)).toBe(false);
  });

  it('does not affect a task of another run in the same session', async () => {
    await using one = await openHarness({ a: [] });
    one.launch('a');
    // It may be this run's agent until the result of the call names the agent.
    one.send(one.session.subagentStop('ax', 'Report of another run'));
    expect(one.task('a').status).toBe('working');
    one.link('a');
    one.send(one.session.subagentStop('aa', 'Own report'));
    expect(one.report('a')).toBe('Own report');
  });
});

const BAD_ID = [undefined, null, 7, {}, '', '../x y', 'a\nb'];
const BAD_TEXT = [undefined, null, 7, {}];
const BAD_OBJECT = [undefined, null, 7, 'x'];

describe('a malformed event', () => {
  const cases = ({ session, token }: Harness): [Payload, Record<string, unknown[]>][] => [
    [
      session.preAgent('toolu_b', token('b')),
      { session_id: BAD_ID, tool_use_id: BAD_ID, tool_input: BAD_OBJECT },
    ],
    [
      session.agentLaunched('toolu_a', token('a'), 'aa'),
      { tool_use_id: BAD_ID, tool_input: BAD_OBJECT, tool_response: BAD_OBJECT },
    ],
    [
      session.agentFailure('toolu_a', token('a'), 'x'),
      { tool_use_id: BAD_ID, tool_input: BAD_OBJECT, error: BAD_TEXT },
    ],
    [session.subagentStart('aa'), { session_id: BAD_ID, agent_id: BAD_ID, agent_type: BAD_TEXT }],
    [session.subagentStop('aa', 'x'), { session_id: BAD_ID, agent_id: BAD_ID }],
    [session.prompt('x'), { session_id: BAD_ID, prompt: BAD_TEXT }],
    [session.sessionEnd('other'), { session_id: BAD_ID }],
  ];

  it('throws an error and changes nothing', async () => {
    await using harness = await openHarness({ a: [], b: [] });
    harness.launch('a');
    const before = treeOf(harness.root);
    for (const [payload, fields] of cases(harness)) {
      for (const [field, values] of Object.entries(fields)) {
        for (const value of values) {
          const label = `${payload.hook_event_name} ${field} ${JSON.stringify(value)}`;
          expect(() => harness.send({ ...payload, [field]: value }), label).toThrow();
        }
      }
    }
    expect(treeOf(harness.root)).toEqual(before);
  });
});
