import { describe, expect, it } from 'vitest';
import type { HookOutput } from '../../../src/hooks/hook-context.ts';
import { type Harness, openHarness } from '../../support/hook-harness.ts';

type Decision = {
  permissionDecision?: string;
  permissionDecisionReason?: string;
  updatedInput?: Record<string, unknown>;
};

function decisionOf(output: HookOutput): Decision {
  return output && 'hookSpecificOutput' in output ? output.hookSpecificOutput : {};
}

const isAllowed = (output: HookOutput) => decisionOf(output).permissionDecision === 'allow';

function reports(harness: Harness, task: string): void {
  harness.launch(task);
  harness.link(task);
  harness.send(harness.session.subagentStop(`a${task}`, `Report of ${task}.`));
}

/** A launch of task `a` whose agent fails because of an overload. */
function fails({ send, session, token }: Harness, call: string, agent: string): void {
  expect(isAllowed(send(session.preAgent(call, token('a'))))).toBe(true);
  send(session.agentLaunched(call, token('a'), agent));
  send(session.stopFailure(agent, 'server_error', 'API Error: 529 overloaded'));
}

describe('a call of Agent with a launch token', () => {
  it('is allowed, with the brief in place of the token', async () => {
    await using harness = await openHarness({ a: [] });
    const input = { model: 'haiku', description: 'Do a', subagent_type: 'swarm-worker' };
    const output = harness.send(harness.session.preAgent('toolu_a', harness.token('a'), input));
    const { permissionDecision, updatedInput } = decisionOf(output);
    expect(permissionDecision).toBe('allow');
    expect(updatedInput).toMatchObject({
      model: 'haiku',
      description: 'Do a',
      subagent_type: 'swarm-parallel:swarm-worker',
      run_in_background: true,
    });
    const prompt = String(updatedInput?.prompt);
    const ref = `${harness.paths.run}/a`;
    expect(prompt.split('\n')[0]).toBe(harness.token('a'));
    for (const part of [
      'Reach it',
      'Shared.',
      'Brief of a.',
      `swarm checkpoint ${ref} <percent> "`,
      `swarm result ${ref} - <<'`,
      'You have 10m.',
    ]) {
      expect(prompt).toContain(part);
    }
    expect(harness.task('a')).toMatchObject({ status: 'working', attempts: 1 });
  });

  it.each([
    ['of the task', { model: 'opus', effort: 'high' }, { model: 'opus', effort: 'high' }],
    ['of its tier', {}, { model: 'sonnet', effort: 'low' }],
    ['that an agent can have', { model: 'claude-opus-4-5', effort: 'max' }, { effort: 'max' }],
  ] as const)('gets the model and the effort %s', async (_, fields, expected) => {
    const tiers = { medium: { model: 'sonnet', effort: 'low' } };
    await using harness = await openHarness({ a: [] }, { tiers }, { fields });
    const { model, effort } = decisionOf(harness.launch('a')).updatedInput ?? {};
    expect(JSON.parse(JSON.stringify({ model, effort }))).toEqual(expected);
  });

  it('is not isolated in a worktree that no other task sees', async () => {
    await using harness = await openHarness({ a: [] });
    const input = { isolation: 'worktree' };
    const output = harness.send(harness.session.preAgent('toolu_a', harness.token('a'), input));
    expect(decisionOf(output).updatedInput).not.toHaveProperty('isolation');
  });

  it('uses the agent type of the plan, whatever the caller requested', async () => {
    await using harness = await openHarness({ a: [] });
    const asked = harness.session.preAgent('toolu_a', harness.token('a'), {
      subagent_type: 'other',
    });
    expect(decisionOf(harness.send(asked)).updatedInput?.subagent_type).toBe(
      'swarm-parallel:swarm-worker',
    );
  });

  it('uses the unqualified agent type if the hooks do not belong to a plugin', async () => {
    await using harness = await openHarness({ a: [] });
    Object.assign(harness.context, { isPlugin: false });
    expect(decisionOf(harness.launch('a')).updatedInput?.subagent_type).toBe('swarm-worker');
  });

  it('counts once if its hook runs twice, even in older clients', async () => {
    await using harness = await openHarness({ a: [] });
    const call = harness.session.preAgent('toolu_a', harness.token('a'));
    expect(isAllowed(harness.send({ ...call, tool_name: 'Task' }))).toBe(true);
    expect(isAllowed(harness.send(call))).toBe(true);
    expect(harness.task('a').attempts).toBe(1);
  });

  it('is denied if the task is running, completed or not ready', async () => {
    await using harness = await openHarness({ a: [], b: ['a'] });
    expect(decisionOf(harness.launch('b')).permissionDecisionReason).toContain('needs a first');
    harness.launch('a');
    const again = harness.session.preAgent('toolu_again', harness.token('a'));
    expect(decisionOf(harness.send(again)).permissionDecisionReason).toContain('already running');
    reports(harness, 'a');
    const third = decisionOf(harness.send({ ...again, tool_use_id: 'toolu_third' }));
    expect(third.permissionDecision).toBe('deny');
    expect(third.permissionDecisionReason).toContain(`${harness.paths.dir}/results/a.md`);
    expect(harness.task('a').attempts).toBe(1);
  });

  it('is denied during a backoff longer than a hook waits, with the time, and then allowed', async () => {
    const retry = { initialInterval: '2m', maximumInterval: '2m', maximumAttempts: 2 };
    await using harness = await openHarness({ a: [] }, { tiers: { medium: { retry } } });
    fails(harness, 'toolu_a', 'aa');
    const again = () => harness.send(harness.session.preAgent('toolu_again', harness.token('a')));
    const { permissionDecision, permissionDecisionReason } = decisionOf(again());
    expect(permissionDecision).toBe('deny');
    const time = /will be retried at (\S+), not before/.exec(permissionDecisionReason ?? '')?.[1];
    expect(Date.parse(time ?? '') - Date.parse(harness.context.now())).toBeGreaterThan(60_000);
    expect(harness.task('a')).toMatchObject({ status: 'pending', attempts: 1 });
    harness.context.sleep(150_000);
    expect(isAllowed(again())).toBe(true);
  });

  it('waits out a short backoff, and is denied when all attempts are used up', async () => {
    const retry = { initialInterval: '10s', maximumAttempts: 2 };
    await using harness = await openHarness({ a: [] }, { tiers: { medium: { retry } } });
    fails(harness, 'toolu_a', 'aa');
    const before = Date.parse(harness.context.now());
    fails(harness, 'toolu_b', 'ab');
    expect(Date.parse(harness.context.now()) - before).toBeGreaterThan(7_000);
    expect(harness.task('a')).toMatchObject({ status: 'failed', attempts: 2 });
    const third = decisionOf(harness.send(harness.session.preAgent('toolu_c', harness.token('a'))));
    expect(third.permissionDecision).toBe('deny');
    expect(third.permissionDecisionReason).toContain(`swarm retry ${harness.paths.run}/a`);
  });

  it('gets the reports of the tasks that it needs', async () => {
    await using harness = await openHarness({ a: [], b: [], c: ['a', 'b'] });
    reports(harness, 'a');
    reports(harness, 'b');
    const prompt = decisionOf(harness.launch('c')).updatedInput?.prompt;
    expect(prompt).toContain(`- a: ${harness.paths.dir}/results/a.md`);
    expect(prompt).toContain(`- b: ${harness.paths.dir}/results/b.md`);
    expect(prompt).not.toContain('Report of a.');
  });

  it('is denied above the limit', async () => {
    await using harness = await openHarness({ a: [], b: [], c: [] }, { maxParallel: 2 });
    expect([isAllowed(harness.launch('a')), isAllowed(harness.launch('b'))]).toEqual([true, true]);
    expect(decisionOf(harness.launch('c')).permissionDecisionReason).toContain('2 agents');
    harness.link('a');
    harness.send(harness.session.subagentStop('aa', 'Report.'));
    const again = harness.session.preAgent('toolu_c2', harness.token('c'));
    expect(isAllowed(harness.send(again))).toBe(true);
  });

  it.each([
    ['a run that is not there', 'swarm:20200101-000000-000aaa/a'],
    ['a task that is not there', 'TOKENzz'],
    ['nothing', 'swarm:something'],
    ['a path', 'swarm:../../etc/passwd'],
    ['a path behind the run', 'TOKEN../a'],
  ])('is denied for %s and launches nothing', async (_, prompt) => {
    await using harness = await openHarness({ a: [] });
    const text = prompt.replace('TOKEN', harness.token(''));
    const output = harness.send(harness.session.preAgent('toolu_x', text));
    expect(decisionOf(output).permissionDecision).toBe('deny');
    expect(harness.load().state.attempts.size).toBe(0);
  });

  it('puts no text of agents into the briefs of others', async () => {
    await using harness = await openHarness({ a: [], b: [] });
    reports(harness, 'a');
    expect(decisionOf(harness.launch('b')).updatedInput?.prompt).not.toContain('results/a.md');
  });
});
