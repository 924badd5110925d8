import { describe, expect, it } from 'vitest';
import { type Harness, openHarness } from '../../support/hook-harness.ts';

const BRIEF = 'Brief of a.';

/** A launch whose prompt the hook of another plugin replaced, as client 2.1.330 reports it. */
function linkReplaced(harness: Harness, prompt: string): void {
  harness.launch('a');
  harness.send(harness.session.agentLaunched('toolu_a', prompt, 'aa'));
}

const textOf = (output: unknown) => JSON.stringify(output);

describe('an agent whose prompt another hook replaced', () => {
  it.each([
    ['rules behind it', 'TOKEN\n\nHOUSE RULES: be brief.'],
    ['rules before it', 'HOUSE RULES: be brief.\nTOKEN'],
    ['another prompt', 'Greet the user.'],
  ])('gets its brief when it wants to end: %s', async (_, prompt) => {
    await using harness = await openHarness({ a: [], b: ['a'] });
    linkReplaced(harness, prompt.replace('TOKEN', harness.token('a')));
    const end = harness.send(harness.session.subagentStop('aa', 'I saw no task, so I greet you.'));
    expect(end).toMatchObject({ decision: 'block' });
    expect(textOf(end)).toContain(BRIEF);
    expect(textOf(end)).toContain(`swarm result ${harness.paths.run}/a -`);
    expect(harness.task('a').status).toBe('working');
    harness.send(harness.session.subagentStop('aa', 'The report of a.'));
    expect(harness.report('a')).toBe('The report of a.');
  });

  it('gets its brief at its first tool call, once', async () => {
    await using harness = await openHarness({ a: [] });
    linkReplaced(harness, `${harness.token('a')}\n\nHOUSE RULES`);
    const call = () => harness.send(harness.session.bash('ls', 'aa'));
    const first = textOf(call());
    expect(first).toContain('"permissionDecision":"deny"');
    expect(first).toContain(BRIEF);
    expect(call()).toBeNull();
    expect(harness.send(harness.session.subagentStop('aa', 'Report'))).toBeNull();
    expect(harness.report('a')).toBe('Report');
  });

  it('gets its brief when it starts, if the launch is recorded before that', async () => {
    await using harness = await openHarness({ a: [] });
    linkReplaced(harness, `${harness.token('a')}\n\nHOUSE RULES`);
    const started = textOf(harness.send(harness.session.subagentStart('aa')));
    expect(started).toContain('additionalContext');
    expect(started).toContain(BRIEF);
    expect(harness.send(harness.session.bash('ls', 'aa'))).toBeNull();
  });

  it('has failed if it ended before its brief could be given', async () => {
    await using harness = await openHarness({ a: [], b: ['a'] });
    const prompt = `${harness.token('a')}\n\nHOUSE RULES`;
    harness.launch('a');
    const content = [{ type: 'text', text: 'I saw no task, so I greet you.' }];
    harness.send(
      harness.session.agentCompleted('toolu_a', prompt, { agentId: 'aa', prompt, content }),
    );
    expect(harness.task('a')).toMatchObject({ status: 'failed', error: { category: 'fatal' } });
    expect(harness.task('a').error?.message).toContain('replaced the prompt');
    expect(harness.task('b').status).toBe('cancelled');
  });
});

describe('a worker whose context was compacted', () => {
  const compaction = { hook_event_name: 'SessionStart', source: 'compact', cwd: '/' };

  it('gets its brief again', async () => {
    await using harness = await openHarness({ a: [] }, {}, { writes: { a: ['src/**'] } });
    harness.launch('a');
    harness.send(harness.session.agentLaunched('toolu_a', harness.token('a'), 'toolu_a'));
    Object.assign(harness.context, { worker: 'toolu_a' });
    const output = textOf(harness.send({ ...compaction, session_id: 'toolu_a' }));
    expect(output).toContain(BRIEF);
    expect(output).toContain('Change only files that match: `src/**`');
    expect(output).toContain(`swarm result ${harness.paths.run}/a -`);
    expect(harness.send({ ...compaction, source: 'startup', session_id: 'toolu_a' })).toBeNull();
  });
});
