import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startInteractive } from '../support/interactive-client.ts';
import { type AgentScript, bash, result } from '../support/orchestrator.ts';
import { type ModelRequest, type Reply, startScriptedModel } from '../support/scripted-model.ts';
import { makeStage } from '../support/swarm-run.ts';
import { makePlan, PROJECT, playSession } from '../support/swarm-session.ts';
import { makeTempRepo } from '../support/temp-dir.ts';

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

function configure(root: string): void {
  mkdirSync(join(root, '.claude'));
  const file = join(root, '.claude', 'swarm-parallel.json');
  writeFileSync(file, JSON.stringify({ checks: CHECKS }));
}

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
    prepare: (repo) => configure(repo.path),
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

/** Reports while an agent that it has launched is still running. */
const hasty: AgentScript = ({ step }, ref) => {
  const input = { description: 'Look', prompt: 'Look.', subagent_type: 'general-purpose' };
  const launch = { name: 'Agent', input: { ...input, run_in_background: true } };
  if (step === 0) return { toolUses: [launch] };
  return step === 1 ? result('My agent found nothing.')(ref) : { text: 'Nothing was found.' };
};
const slow = async ({ step }: ModelRequest): Promise<Reply> => {
  await sleep(step === 0 ? 3_000 : 0);
  return { text: 'I found something.' };
};

test.for([['conversation'], ['swarm run']] as const)(
  'in a %s, a report that does not wait for its own agents is marked',
  { tags: ['long'], timeout: TIMEOUT_MS },
  async ([mode]) => {
    const play = { plan: makePlan([{ id: 'a' }]), agents: { a: hasty }, child: slow };
    const allowed = ['--allowedTools', 'Agent,Bash'];
    if (mode === 'conversation') {
      await using session = await playSession({ ...play, args: allowed });
      expect(session.run.status.tasks).toMatchObject([{ warnings: ['agents_not_ended'] }]);
      expect(session.run.summary).toContain('a: agents that it launched itself were still running');
      return;
    }
    await using stage = await makeStage(play);
    await stage.swarm('run', 'plan.md', '--allowed-tools', 'Agent,Bash');
    expect(stage.readRun().status.tasks).toMatchObject([
      { status: 'completed', warnings: ['agents_not_ended'] },
    ]);
  },
);

test('a person is asked about a check that Claude names, and not about one of the configuration', {
  tags: ['long'],
  timeout: TIMEOUT_MS,
}, async () => {
  await using repo = await makeTempRepo();
  configure(repo.path);
  const plan = (check: string, ...options: string[]) => {
    const tasks = `tasks:\n  - {id: a, title: Do it, check: ${check}}`;
    const text = `---\ngoal: Test the swarm\n${tasks}\n---\n## a\nDo it.`;
    return bash(`swarm plan ${options.join(' ')} - <<'PLAN'\n${text}\nPLAN`);
  };
  const results: string[] = [];
  await using model = await startScriptedModel((request) => {
    results.push(...request.toolResults.map(({ text }) => text));
    const calls = [plan('made'), plan('test -e x'), plan('test -e x', '--allow-checks')];
    return calls[request.step] ?? { text: 'over' };
  });
  const args = ['--permission-mode', 'default'];
  await using client = await startInteractive({
    ...{ model, cwd: repo.path, pluginDir: PROJECT, args },
  });

  await client.waitFor(/❯/);
  client.type('go');
  client.sendKeys('Enter');
  const question = await client.waitFor(/Do you want to proceed/);

  expect(question).toMatch(/outside of\s+the\s+permissions/);
  // The plan with the check of the configuration has created its run unasked.
  expect(results[0]).toContain('wave 1');
  expect(results[1]).toContain('`swarm plan --allow-checks` asks the person about others');
  client.sendKeys('Enter');
  await client.waitFor(/over/);
  expect(results[2]).toContain('wave 1');
});
