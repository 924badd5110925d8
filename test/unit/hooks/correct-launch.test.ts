import { describe, expect, it } from 'vitest';
import type { HookOutput } from '../../../src/hooks/hook-context.ts';
import { type Harness, openHarness } from '../../support/hook-harness.ts';

interface Answer {
  systemMessage?: string;
  hookSpecificOutput?: { permissionDecision?: string; permissionDecisionReason?: string };
}

function call(harness: Harness, prompt: string, type = 'swarm-parallel:swarm-worker'): Answer {
  const asked = harness.session.preAgent('toolu_x', prompt, { subagent_type: type });
  return answerOf(harness.send(asked));
}

function answerOf(output: HookOutput): Answer {
  return (output ?? {}) as Answer;
}

const reasonOf = ({ hookSpecificOutput }: Answer) =>
  hookSpecificOutput?.permissionDecision === 'deny'
    ? hookSpecificOutput.permissionDecisionReason
    : undefined;

/** The calls of one message come together; those of the next one after the model has answered. */
function nextMessage({ context }: Harness): void {
  context.sleep(5_000);
}

/** Misses as often as it takes until the run is paused. */
function missThreeTimes(harness: Harness): Answer {
  call(harness, 'Work on your task');
  nextMessage(harness);
  call(harness, 'Work on your task');
  nextMessage(harness);
  return call(harness, 'Work on your task');
}

const endOfTurn = ({ send, session }: Harness) => JSON.stringify(send(session.turnEnd()));

describe('a call of Agent that means a task', () => {
  it.each([
    ['text before the token', 'Work on this task: TOKEN'],
    ['text on the line before', 'You are a worker.\n\nTOKEN'],
    ['a paraphrase', 'Do task REF of the run and report.'],
    ['the token in quotes', '"TOKEN"'],
    ['the token in a code block', '```\nTOKEN\n```'],
    ['punctuation behind the token', 'TOKEN.'],
    ['the reference at the end of a sentence', 'Please start with REF.'],
  ])('is denied with the exact prompt: %s', async (_, text) => {
    await using harness = await openHarness({ a: [], b: [] });
    const token = harness.token('a');
    const prompt = text.replace('TOKEN', token).replace('REF', token.slice('swarm:'.length));
    for (const type of ['swarm-parallel:swarm-worker', 'general-purpose']) {
      const reason = reasonOf(call(harness, prompt, type));
      expect(reason).toContain(`exactly "${token}"`);
      expect(reason).toContain(`prompt: "${token}")`);
      expect(reason).not.toContain(harness.token('b'));
    }
    expect(harness.task('a')).toMatchObject({ status: 'pending', attempts: 0 });
  });

  it('is denied with the ready tasks if its agent type works only on tasks', async () => {
    await using harness = await openHarness({ a: [], b: ['a'] });
    for (const type of ['swarm-researcher', 'swarm-parallel:swarm-reviewer']) {
      const reason = reasonOf(call(harness, 'Look for handlers', type));
      expect(reason).toContain(`prompt: "${harness.token('a')}")`);
      expect(reason).not.toContain(harness.token('b'));
    }
  });

  it.each([
    ['another agent type', 'Look around', 'Explore'],
    ['a file of the run', 'Read .swarm/runs/RUN/results/a.md', 'Explore'],
    ['a task that the run does not have', 'What is RUN/zz?', 'Explore'],
    ['a run that is not there', 'What is 20200101-000000-000aaa/a?', 'Explore'],
  ])('is something else: %s', async (_, prompt, type) => {
    await using harness = await openHarness({ a: [] });
    const text = prompt.replace('RUN', harness.paths.run);
    expect(call(harness, text, type)).toEqual({});
  });

  it('is left alone if it is about a finished task, or made by an agent', async () => {
    await using harness = await openHarness({ a: [], b: [] });
    harness.launch('a');
    harness.link('a');
    const nested = { ...harness.session.preAgent('toolu_n', 'Look'), agent_id: 'aa' };
    expect(harness.send(nested)).toBeNull();
    harness.send(harness.session.subagentStop('aa', 'Report'));
    expect(call(harness, `Check ${harness.token('a')}`, 'Explore')).toEqual({});
  });

  it('is left alone in the session of another run', async () => {
    await using harness = await openHarness({ a: [] });
    const other = { ...harness.session.preAgent('toolu_o', 'Look'), session_id: 'other' };
    expect(harness.send(other)).toBeNull();
  });
});

describe('an orchestrator that launches no task', () => {
  it('is told to stop after three messages, and so is the person', async () => {
    await using harness = await openHarness({ a: [] });
    expect(call(harness, 'Work on your task').systemMessage).toBeUndefined();
    call(harness, 'Work on your task');
    nextMessage(harness);
    call(harness, 'Work on your task');
    expect(endOfTurn(harness)).toContain('Launch now');
    nextMessage(harness);
    const last = call(harness, 'Work on your task');
    expect(last.systemMessage).toContain(`/swarm-resume ${harness.paths.run}`);
    expect(reasonOf(last)).toContain('launch nothing');
    expect(endOfTurn(harness)).toBe('null');
    const note = harness.send(harness.session.notification({ taskId: 'ax', toolUseId: 'toolu_x' }));
    expect(JSON.stringify(note)).not.toContain('Launch now');
    nextMessage(harness);
    expect(call(harness, 'Work on your task').systemMessage).toBeUndefined();
  });

  it('is found out even if it gives the work to agents of another type', async () => {
    await using harness = await openHarness({ a: [] });
    for (const isLast of [false, false, true]) {
      const { systemMessage } = call(harness, 'Look for handlers', 'general-purpose');
      expect(systemMessage !== undefined).toBe(isLast);
      nextMessage(harness);
    }
    expect(endOfTurn(harness)).toBe('null');
  });

  it('may try again once the person has said something', async () => {
    await using harness = await openHarness({ a: [] });
    missThreeTimes(harness);
    harness.send(harness.session.prompt('Try again, with the token alone'));
    expect(endOfTurn(harness)).toContain('Launch now');
  });

  it('may use other agents beside the run once that has begun', async () => {
    await using harness = await openHarness({ a: [], b: ['a'] });
    missThreeTimes(harness);
    harness.launch('a');
    harness.link('a');
    for (let call_ = 0; call_ < 5; call_++) {
      expect(call(harness, 'Look around', 'Explore')).toEqual({});
      nextMessage(harness);
    }
    harness.send(harness.session.subagentStop('aa', 'Report'));
    expect(endOfTurn(harness)).toContain(harness.token('b'));
  });
});
