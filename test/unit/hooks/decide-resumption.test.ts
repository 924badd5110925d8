import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { agentToContinue } from '../../../src/run/ready-tasks.ts';
import { openHarness } from '../../support/hook-harness.ts';

/** Launches a task, and starts its session again after the client has died. */
async function interrupt(config: object, lines: readonly object[]) {
  const harness = await openHarness({ a: [] }, config);
  const { context, session, send } = harness;
  harness.launch('a');
  harness.link('a');
  const project = join(context.transcripts, 'project');
  const agents = join(project, session.id, 'subagents');
  mkdirSync(agents, { recursive: true });
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  writeFileSync(join(agents, 'agent-aa.jsonl'), text);
  Object.assign(context, { isAlive: () => false, client: { pid: 4_243, startedAt: '2' } });
  const transcript_path = join(project, `${session.id}.jsonl`);
  const told = JSON.stringify(send({ ...session.sessionStart('resume'), transcript_path }));
  const { state } = harness.load();
  const [attempt] = state.attempts.values();
  return {
    harness,
    told,
    agent: agentToContinue(state, 'a'),
    decision: attempt?.resumeDecision,
    [Symbol.asyncDispose]: () => harness[Symbol.asyncDispose](),
  };
}

/** A message that read so many tokens, most of them from the cache. */
const message = (id: string, tokens: number) => ({
  type: 'assistant',
  message: {
    id,
    content: [{ type: 'text', text: 'x' }],
    usage: { input_tokens: 10, output_tokens: 90, cache_read_input_tokens: tokens - 100 },
  },
});

const API_ERROR = {
  type: 'assistant',
  message: { id: 'e', content: [], usage: { input_tokens: 0, output_tokens: 0 } },
};

it('resumes an agent with a small context', async () => {
  await using run = await interrupt({}, [message('1', 20_000), message('2', 100_000)]);

  expect(run.agent).toBe('aa');
  expect(run.decision).toEqual({
    contextTokens: 100_000,
    maxTokens: 100_000,
    continuesWith: 'same-agent',
  });
  expect(run.told).toContain('SendMessage(to: \\"aa\\"');
});

it('has a new agent continue where the context is larger than the limit', async () => {
  await using run = await interrupt({}, [message('1', 9_000), message('2', 100_001), API_ERROR]);

  expect(run.agent).toBeNull();
  expect(run.decision).toMatchObject({ contextTokens: 100_001, continuesWith: 'new-agent' });
  expect(run.told).not.toContain('SendMessage(');
  expect(run.told).toContain('Agent(description');
  expect(run.told).toContain('its context of 100.0k tokens is above the limit of 100.0k');
  expect(run.harness.task('a')).toMatchObject({
    status: 'pending',
    message: expect.stringContaining('a new agent will continue'),
  });
});

it.each([
  ['has another limit', 5_000, 'new-agent'],
  ['has no limit', null, undefined],
])('decides by the configuration: it %s', async (_, maxTranscriptTokens, continuesWith) => {
  const config = { resume: { maxTranscriptTokens } };
  await using run = await interrupt(config, [message('1', 6_000)]);

  expect(run.decision?.continuesWith).toBe(continuesWith);
});

it('resumes an agent whose transcript says nothing', async () => {
  await using run = await interrupt({}, [API_ERROR]);

  expect([run.agent, run.decision]).toEqual(['aa', null]);
});

it('measures a resumed agent again when it is interrupted again', async () => {
  await using run = await interrupt({}, [message('1', 6_000)]);
  const { harness } = run;
  Object.assign(harness.context, { isAlive: () => true });
  harness.send(harness.session.subagentStart('aa'));

  expect([...harness.load().state.attempts.values()]).toMatchObject([
    { resumeDecision: null, end: null },
  ]);
});
