import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bash } from '../support/orchestrator.ts';
import type { ModelRequest } from '../support/scripted-model.ts';
import { makeStage } from '../support/swarm-run.ts';
import { playSession } from '../support/swarm-session.ts';

/** Agents that claim what they did not do, corrected by the checks of their tasks. */

const TIMEOUT_MS = 300_000;

const CHECKS = {
  also: 'test -e also',
  made: 'test -e made',
  both: ['test -e made', 'test -e also'],
};

const PLAN = `---
goal: Test the swarm
check: both
tasks:
  - {id: liar, title: Make the file, check: made, writes: [made]}
  - {id: honest, title: Make the other file, check: test -e also, writes: [also]}
---
## liar
Make it.

## honest
Make it too.
`;

/** Claims to be done, and does the work once it is sent back. */
const liar = [{ text: 'The file is made.' }, bash('touch made'), { text: 'Now it is made.' }];

const wasCorrected = ({ raw }: ModelRequest): boolean =>
  JSON.stringify(raw.messages).includes('Your report does not count yet');

test('in a conversation, the output of a failed check goes back to the same agent', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using session = await playSession({
    plan: PLAN.replace('check: test -e also', 'check: also'),
    agents: { liar, honest: [bash('touch also'), { text: 'Made.' }] },
    args: ['--allowedTools', 'Agent,Bash'],
    prepare: (repo) => {
      mkdirSync(join(repo.path, '.claude'));
      const file = join(repo.path, '.claude', 'swarm-parallel.json');
      writeFileSync(file, JSON.stringify({ checks: CHECKS }));
    },
  });

  const { status, summary, state } = session.run;
  expect(status).toMatchObject({ status: 'completed', verified: true });
  expect(status.tasks).toMatchObject([
    { id: 'liar', status: 'completed', verified: true, attempts: 1 },
    { id: 'honest', status: 'completed', verified: true, attempts: 1 },
  ]);
  expect(state.tasks.get('liar')?.attempts[0]?.checks.rounds).toBe(2);
  expect(summary).toContain('2 of 2 tasks completed (verified, run verified)');
  expect(session.requests.filter(wasCorrected).length).toBeGreaterThan(0);
  expect(session.run.errors).toBe('');
  expect(status.tasks).toMatchObject([
    { evidence: { toolCalls: { Bash: 1 }, filesChanged: ['made'] }, warnings: [] },
    { evidence: { toolCalls: { Bash: 1 }, filesChanged: ['also'] }, warnings: [] },
  ]);
  expect(status.tasks[0]?.usage?.inputTokens).toBeGreaterThan(0);
});

test('in `swarm run`, it goes back to the same session', { timeout: TIMEOUT_MS }, async () => {
  await using stage = await makeStage({
    plan: PLAN,
    config: { checks: CHECKS },
    agents: { liar, honest: [bash('touch also'), { text: 'Made.' }] },
  });

  const { code, stderr } = await stage.swarm('run', 'plan.md', '--allowed-tools', 'Bash');

  expect(stderr).toContain('2 of 2 tasks completed (verified, run verified)');
  expect(code).toBe(0);
  expect(existsSync(join(stage.repo.path, 'made'))).toBe(true);
  const { state } = stage.readRun();
  const attempts = state.tasks.get('liar')?.attempts ?? [];
  expect(attempts.map(({ checks }) => checks.rounds)).toEqual([2]);
  const sessions = stage.requests
    .filter(({ firstUserText }) => firstUserText.includes('# Your task: liar'))
    .map(({ headers }) => headers['x-claude-code-session-id']);
  expect(new Set(sessions)).toEqual(new Set([attempts[0]?.id]));
  expect(stage.leftovers()).toEqual([]);
});

test.for([['conversation'], ['swarm run']] as const)(
  'in a %s, a report without proof is marked',
  { timeout: TIMEOUT_MS },
  async ([mode]) => {
    const plan = PLAN.replace('check: both\n', '').replace(/, check: [^,]+/g, '');
    const agents = { liar: [{ text: 'Made.' }], honest: [bash('touch also'), { text: 'Made.' }] };
    const doubts = [
      { id: 'liar', status: 'completed', warnings: ['no_tool_calls', 'no_declared_write_changed'] },
      // Nobody could be asked, so its only command was refused.
      { id: 'honest', warnings: ['no_declared_write_changed', 'permission_denied'] },
    ];
    if (mode === 'conversation') {
      await using session = await playSession({ plan, agents });
      expect(session.run.status.tasks).toMatchObject(doubts);
      const told = session.requests.map(({ raw }) => JSON.stringify(raw)).join('\n');
      expect(told).toContain('Do not simply believe these reports: liar (no tool call, ');
      return;
    }
    await using stage = await makeStage({ plan, agents });
    const { stderr } = await stage.swarm('run', 'plan.md');
    expect(stage.readRun().status.tasks).toMatchObject(doubts);
    expect(stderr).toContain('liar: its agent reported without a single tool call');
    expect(stage.readRun().summary).toContain('## What to look at');
  },
);
