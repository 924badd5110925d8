import { expect, test } from 'vitest';
import { checkpoint, launchesIn } from '../support/orchestrator.ts';
import { makePlan, outcomes, playSession } from '../support/swarm-session.ts';

/** Launches and reports whose outcome the client decides. */

const TIMEOUT_MS = 300_000;

test(
  'denies launches of an unknown task or run and second launches, and gives the reason',
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
    expect(refusals.join('\n')).toContain('already running');
    expect(refusals.join('\n')).toContain('has no task "nope"');
    expect(refusals.join('\n')).toContain('no run 20200101-000000-000abc');
    expect(refusals.join('\n')).toContain('"garbage" names no task');
  },
  TIMEOUT_MS,
);

test(
  'corrects launches with text before the token, and stops when that does not help',
  async () => {
    const prompts: string[] = [];
    await using session = await playSession({
      plan: makePlan([{ id: 'one' }, { id: 'two' }]),
      agents: {},
      watch: false,
      main: (request) => {
        const told = [...request.toolResults.map(({ text }) => text), request.contextText];
        const launches = launchesIn(`${told.join('\n')}\n${request.lastUserText}`);
        if (launches.length === 0) return undefined;
        prompts.push(...request.toolResults.filter((r) => r.isError).map((r) => r.text));
        const toolUses = launches.map(({ name, input }) => ({
          name,
          input: { ...input, prompt: `Work on this task: ${(input as { prompt: string }).prompt}` },
        }));
        return { toolUses, delayMs: 1_100 };
      },
    });

    const { run } = session;
    expect(prompts[0]).toContain(`exactly "swarm:${run.id}/`);
    expect(outcomes(run.status)).toEqual({ one: 'pending', two: 'pending' });
    const missed = run.ledger.filter(({ event }) => event === 'launch.missed');
    expect(missed.length).toBeLessThan(10);
    expect(run.ledger.map(({ event }) => event)).toContain('run.paused');
    expect(run.errors).toBe('');
  },
  TIMEOUT_MS,
);

test('keeps a report handed over by SubagentHandback, as in the auto permission mode', {
  tags: ['long'],
  timeout: TIMEOUT_MS,
}, async () => {
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
});
