import { expect, test } from 'vitest';
import { checkpoint } from '../support/orchestrator.ts';
import type { ModelRequest, Reply } from '../support/scripted-model.ts';
import { makePlan, outcomes, playSession } from '../support/swarm-session.ts';
import { waitUntil } from '../support/wait-until.ts';

/** How agents can end, each seen in the real client. */

const TIMEOUT_MS = 90_000;
const ONE_RETRY = { CLAUDE_CODE_MAX_RETRIES: '1' };
const FAULTY = makePlan([{ id: 'good' }, { id: 'faulty' }, { id: 'after', needs: ['faulty'] }]);

const API_ERRORS = [
  { status: 400, category: 'fatal' },
  { status: 401, category: 'fatal' },
  { status: 429, category: 'transient' },
  { status: 500, category: 'transient' },
  { status: 529, category: 'transient' },
];

test.for(API_ERRORS)(
  'API error $status is $category, and what needs the task is cancelled',
  { timeout: TIMEOUT_MS },
  async ({ status, category }) => {
    await using session = await playSession({
      plan: FAULTY,
      agents: { faulty: () => ({ error: { status, message: 'injected' } }) },
      env: ONE_RETRY,
    });
    const { run, client } = session;

    expect(client.exitCode).toBe(0);
    expect(run.errors).toBe('');
    expect(outcomes(run.status)).toEqual({
      good: 'completed',
      faulty: 'failed',
      after: 'cancelled',
    });
    expect(run.status.status).toBe('failed');
    expect(run.status.tasks[1]?.error).toMatchObject({ category });
    expect(run.status.tasks[1]?.error?.message).toContain('injected');
    expect(run.status.tasks[2]?.message).toContain('faulty');
    expect(client.stdout).toContain('FINAL ANSWER');
  },
);

const BROKEN: [string, Reply][] = [
  ['cut in the middle of a reply', { text: 'half of a sentence '.repeat(20), cut: true }],
  ['reset before any reply', { reset: true }],
];

test.for(BROKEN)(
  'a connection that is %s is transient',
  { timeout: TIMEOUT_MS },
  async ([, reply]) => {
    await using session = await playSession({
      plan: FAULTY,
      agents: { faulty: () => reply },
      env: ONE_RETRY,
    });

    expect(outcomes(session.run.status)).toMatchObject({ good: 'completed', faulty: 'failed' });
    expect(session.run.status.tasks[1]?.error?.category).toBe('transient');
  },
);

test(
  'an empty report is a failure, never a success',
  async () => {
    await using session = await playSession({
      plan: FAULTY,
      agents: { faulty: () => ({ text: '' }) },
    });

    expect(outcomes(session.run.status)).toMatchObject({ good: 'completed', faulty: 'failed' });
    expect(session.run.status.tasks[1]?.error?.category).toBe('empty');
  },
  TIMEOUT_MS,
);

/** The id of the agent that a task got, as the client told the orchestrator. */
function agentOf(task: string, request: ModelRequest): string | undefined {
  const blocks = request.raw.messages.flatMap(({ content }) =>
    typeof content === 'string' ? [] : content,
  );
  const call = blocks.find((block) => String(block.input?.prompt).endsWith(`/${task}`));
  const answer = blocks.find((block) => block.tool_use_id === call?.id);
  return /agentId: (\w+)/.exec(JSON.stringify(answer?.content))?.[1];
}

/** Stops the agent of the task `faulty` as Claude does, once it is at work. */
function stopFaulty(isAtWork: () => boolean) {
  let stage = 0;
  return (request: ModelRequest): Reply | undefined => {
    if (stage === 0 && isAtWork()) {
      stage = 1;
      return { toolUses: [{ name: 'ToolSearch', input: { query: 'select:TaskStop' } }] };
    }
    if (stage === 1) {
      stage = 2;
      const agentId = agentOf('faulty', request);
      return { toolUses: [{ name: 'TaskStop', input: { task_id: agentId } }] };
    }
    return undefined;
  };
}

test(
  'an agent stopped by TaskStop is cancelled',
  async () => {
    let isAtWork = false;
    let release = () => {};
    const stopped = new Promise<Reply>((resolve) => {
      release = () => resolve({ text: 'too late' });
    });
    const stop = stopFaulty(() => isAtWork);
    await using session = await playSession({
      plan: makePlan([{ id: 'faulty' }, { id: 'good' }]),
      agents: {
        faulty: (request, ref) => {
          if (request.step === 0) return checkpoint(10, 'begun')(ref);
          isAtWork = true;
          return stopped;
        },
        // Its notification gives the orchestrator the turn in which it stops the other.
        good: async () => {
          await waitUntil(() => isAtWork);
          return { text: 'fine' };
        },
      },
      main: stop,
    });
    release();

    expect(outcomes(session.run.status)).toEqual({ faulty: 'cancelled', good: 'completed' });
    expect(session.run.status.tasks[0]).toMatchObject({ percent: 10, error: null, result: null });
    expect(session.run.status.status).toBe('cancelled');
  },
  TIMEOUT_MS,
);

test(
  'a launch above the client’s limit is refused and told again when an agent has ended',
  async () => {
    await using session = await playSession({
      plan: makePlan([{ id: 'one' }, { id: 'two' }, { id: 'three' }, { id: 'four' }]),
      agents: { default: [checkpoint(50, 'half'), { text: 'done', delayMs: 800 }] },
      env: { CLAUDE_CODE_MAX_CONCURRENT_SUBAGENTS: '2' },
    });

    expect(session.run.status.counts).toMatchObject({ completed: 4 });
    expect(session.run.ledger.map((event) => event.event)).toContain('attempt.refused');
    expect(session.run.status.tasks.map((task) => task.attempts)).toEqual([1, 1, 1, 1]);
  },
  TIMEOUT_MS,
);

test(
  'a launch of an unknown agent type fails its task, named',
  async () => {
    await using session = await playSession({
      plan: makePlan([{ id: 'good' }, { id: 'odd', agent: 'no-such-agent' }]),
      agents: {},
    });

    expect(outcomes(session.run.status)).toEqual({ good: 'completed', odd: 'failed' });
    expect(session.run.status.tasks[1]?.error).toMatchObject({ category: 'fatal' });
    expect(session.run.status.tasks[1]?.error?.message).toContain('no-such-agent');
  },
  TIMEOUT_MS,
);

test(
  'launches of an unknown task, an unknown run and a second launch are refused with the reason',
  async () => {
    const refusals: string[] = [];
    await using session = await playSession({
      plan: makePlan([{ id: 'only' }]),
      agents: { only: [{ text: 'done', delayMs: 500 }] },
      main: (request) => {
        refusals.push(...request.toolResults.filter((r) => r.isError).map((r) => r.text));
        const run = /"swarm:([\w-]+)\/only"/.exec(request.toolResults[0]?.text ?? '')?.[1];
        if (!run) return undefined;
        const prompts = [
          `swarm:${run}/only`,
          `swarm:${run}/only`,
          `swarm:${run}/nope`,
          'swarm:20200101-000000-000abc/only',
          'swarm:garbage',
        ];
        return {
          toolUses: prompts.map((prompt) => ({
            name: 'Agent',
            input: { description: 'x', prompt, subagent_type: 'swarm-parallel:swarm-worker' },
          })),
        };
      },
    });

    expect(session.run.status.status).toBe('completed');
    expect(session.run.status.tasks[0]?.attempts).toBe(1);
    expect(refusals.join('\n')).toContain('already at work');
    expect(refusals.join('\n')).toContain('has no task "nope"');
    expect(refusals.join('\n')).toContain('no run 20200101-000000-000abc');
    expect(refusals.join('\n')).toContain('"garbage" names no task');
  },
  TIMEOUT_MS,
);

test(
  'a report handed over by SubagentHandback, as in the auto permission mode, is kept',
  async () => {
    await using session = await playSession({
      plan: makePlan([{ id: 'handed' }, { id: 'plain' }]),
      agents: {
        handed: (request) =>
          request.toolNames.includes('SubagentHandback')
            ? { toolUses: [{ name: 'SubagentHandback', input: { message: 'The handed report.' } }] }
            : { text: 'no such tool' },
        plain: [checkpoint(50, 'half'), { text: 'A plain report.' }],
      },
      args: ['--permission-mode', 'auto'],
    });

    expect(session.run.read('results/handed.md')).toBe('The handed report.');
    expect(session.run.read('results/plain.md')).toBe('A plain report.');
    expect(session.run.status.status).toBe('completed');
  },
  TIMEOUT_MS,
);
