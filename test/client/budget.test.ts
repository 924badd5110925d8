import { expect, test } from 'vitest';
import { findClaude } from '../support/claude-client.ts';
import { type AgentScript, bash } from '../support/orchestrator.ts';
import { CLIENT_VERSIONS, RECORDED_CLIENTS } from '../support/recording.ts';
import { playSession } from '../support/swarm-session.ts';

/**
 * Budgets in a conversation. The scripted model reports 10 input and 5 output tokens for each turn,
 * which the client prices.
 */

const TIMEOUT_MS = 300_000;

const plan = (budget: string) => `---
goal: Test the swarm
${budget}
tasks:
  - {id: spender, title: Spend without end}
  - {id: quick, title: Report soon}
  - {id: later, title: Come later, needs: [quick]}
---
## spender
Go on.

## quick
Report.

## later
Report.
`;

/** Works on until it is stopped. Clients such as 2.1.198 only refuse its calls. */
const spender: AgentScript = ({ step, toolResults }) => {
  if (toolResults.some(({ text }) => text.includes("the run's budget"))) return { text: '' };
  return step < 200 ? bash(`true ${step} && sleep 0.2`) : { text: 'Nobody stopped me.' };
};
const quick = [bash('sleep 1'), { text: 'Done.' }];

async function play(budget: string, claude: string) {
  return playSession({
    plan: plan(budget),
    agents: { spender, quick, later: [bash('sleep 1'), bash('true'), { text: 'Done.' }] },
    args: ['--allowedTools', 'Agent,Bash'],
    claude,
  });
}

test.for(CLIENT_VERSIONS)(
  'tokens limit a run in client %s',
  {
    tags: ['long'],
    timeout: TIMEOUT_MS,
  },
  async (version) => {
    await using session = await play('budgetTokens: 90', findClaude(RECORDED_CLIENTS[version]));

    const { status, summary, errors } = session.run;
    expect(status).toMatchObject({ status: 'failed', budget: { tokens: 90, spent: 'tokens' } });
    expect(status.tasks[0]).toMatchObject({
      id: 'spender',
      status: 'failed',
      error: { category: 'fatal', message: "the run's budget of 90 tokens is spent" },
    });
    expect(status.usage?.inputTokens).toBeGreaterThan(50);
    expect(summary).toContain('Its budget of 90 tokens is spent');
    expect(session.client.resultText).toContain('swarm retry');
    expect(errors).toBe('');
  },
);

test('dollars limit a run where the client tells what agents cost', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using session = await play('budgetUsd: 0.000001', findClaude());

  const { status, errors } = session.run;
  expect(status).toMatchObject({ status: 'failed', budget: { usd: 0.000_001, spent: 'usd' } });
  expect(status.tasks[0]).toMatchObject({ id: 'spender', status: 'failed' });
  expect(status.usage?.costUsd).toBeGreaterThan(0);
  const told = session.requests.map(({ raw }) => JSON.stringify(raw)).join('\n');
  expect(told).toContain('Its budget is spent: launch nothing more');
  expect(errors).toBe('');
});
