import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { raiseBudget } from '../../../src/operations/raise-budget.ts';
import { retryTasks } from '../../../src/operations/retry-run.ts';
import { nextStepPrompt } from '../../../src/view/prompts/next-step.ts';
import { type Harness, openHarness } from '../../support/hook-harness.ts';

const SPENT = "the run's budget of 1.0k tokens is spent";

/** Appends messages that used so many tokens to the transcript of the agent of a task. */
function use({ context, session }: Harness, task: string, ...tokens: number[]): void {
  const dir = join(context.transcripts, 'project', session.id, 'subagents');
  mkdirSync(dir, { recursive: true });
  for (const [number, input_tokens] of tokens.entries()) {
    const id = `${task}${input_tokens}-${number}`;
    const message = { id, content: [{ type: 'text', text: 'x' }], usage: { input_tokens } };
    const line = `${JSON.stringify({ type: 'assistant', message })}\n`;
    // Each block of a message is a line with its tokens.
    appendFileSync(join(dir, `agent-a${task}.jsonl`), line + line);
  }
}

/** Two agents run, and a third task needs the first. */
async function open(): Promise<Harness> {
  const plan = { budgetTokens: 1_000 };
  const harness = await openHarness({ a: [], b: [], c: ['a'] }, {}, { plan });
  for (const task of ['a', 'b']) {
    harness.launch(task);
    harness.link(task);
  }
  return harness;
}

const read = (harness: Harness, task: string) => {
  harness.context.sleep(11_000);
  return harness.send(harness.session.toolCall(`a${task}`, `toolu_${task}_read`, 'Read', {}));
};

it('counts what running agents use, and only what is new in the transcript', async () => {
  await using harness = await open();
  use(harness, 'a', 100, 200);
  expect(read(harness, 'a')).toBeNull();
  expect(harness.task('a').usage).toMatchObject({ inputTokens: 300, costUsd: null });
  use(harness, 'a', 50);
  expect(read(harness, 'a')).toBeNull();

  expect(harness.task('a').usage?.inputTokens).toBe(350);
  expect(harness.status().budget).toEqual({ usd: null, tokens: 1_000, spent: null });
});

it('stops running agents at their next call and launches nothing once it is spent', async () => {
  await using harness = await open();
  use(harness, 'a', 400);
  use(harness, 'b', 700);
  expect(read(harness, 'a')).toBeNull();
  expect(read(harness, 'b')).toMatchObject({ continue: false, stopReason: SPENT });
  expect(harness.status()).toMatchObject({
    status: 'working',
    budget: { spent: 'tokens' },
    tasks: [
      { id: 'a', status: 'working' },
      { id: 'b', status: 'failed', error: { category: 'fatal', message: SPENT } },
      { id: 'c', status: 'failed', error: { category: 'fatal', message: SPENT } },
    ],
  });
  expect(nextStepPrompt(harness.load().state, true)).toContain('Its budget is spent');
  expect(JSON.stringify(harness.launch('c'))).toContain(SPENT);

  // An agent that reports meanwhile has done its work.
  harness.send(harness.session.subagentStop('aa', 'Done.'));
  expect(harness.status()).toMatchObject({
    status: 'failed',
    tasks: [{ status: 'completed' }, {}, {}],
  });
  const told = nextStepPrompt(harness.load().state, true);
  expect(told).toContain(`\`swarm retry ${harness.paths.run} --budget-tokens `);
  expect(told).not.toContain('Agent(');
});

it('records an agent that it stopped once, whatever the client says of it later', async () => {
  await using harness = await open();
  use(harness, 'a', 1_000);
  for (const _ of [1, 2]) expect(read(harness, 'a')).toMatchObject({ continue: false });
  const stops = () => nextStepPrompt(harness.load().state, true).match(/TaskStop: \w+/)?.[0];
  expect(stops()).toBe('TaskStop: aa');
  harness.send(harness.session.notification({ taskId: 'aa', toolUseId: 'toolu_a' }));

  expect(harness.task('a')).toMatchObject({ status: 'failed', error: { message: SPENT } });
  expect(stops()).toBeUndefined();
});

it('keeps a report that an agent is just storing', async () => {
  await using harness = await open();
  use(harness, 'a', 1_000);
  read(harness, 'b');
  harness.context.sleep(11_000);
  const { storeReport } = await import('../../../src/operations/store-report.ts');
  storeReport(harness.context, `${harness.paths.run}/a`, 'All of it.', 'toolu_a');
  expect(read(harness, 'a')).toMatchObject({ continue: false });

  expect(harness.task('a').status).toBe('completed');
});

it('is raised by a person, and then everything that it ended is launched', async () => {
  await using harness = await open();
  use(harness, 'a', 1_200);
  read(harness, 'a');
  read(harness, 'b');
  const { context } = harness;
  expect(harness.status().status).toBe('failed');
  expect(() => retryTasks(harness.load(), null, context)).toThrow(/is spent: 1.2k tokens of 1.0k/);
  expect(() => raiseBudget(harness.load(), { tokens: 1_100 }, context)).toThrow(/expected more/);

  raiseBudget(harness.load(), { tokens: 5_000 }, context);
  retryTasks(harness.load(), null, context);

  expect(harness.status()).toMatchObject({ status: 'working', budget: { spent: null } });
  const told = nextStepPrompt(harness.load().state, true);
  expect([...told.matchAll(/prompt: "swarm:\S+\/(\w)"/g)].map(([, task]) => task)).toEqual([
    'a',
    'b',
  ]);
});

it('costs a run without a budget nothing', async () => {
  await using harness = await openHarness({ a: [] });
  harness.launch('a');
  harness.link('a');
  use(harness, 'a', 1_000_000);
  expect(read(harness, 'a')).toBeNull();

  expect(harness.task('a').usage).toBeNull();
  expect(harness.status().budget).toBeNull();
});
