import { expect, test } from 'vitest';
import { bash, checkpoint, result } from '../support/orchestrator.ts';
import type { ModelRequest } from '../support/scripted-model.ts';
import { makeStage } from '../support/swarm-run.ts';
import { makePlan, outcomes } from '../support/swarm-session.ts';
import { waitUntil } from '../support/wait-until.ts';

/** `swarm run` with the real client as workers, and a scripted model. */

const TIMEOUT_MS = 300_000;

/** Counts the sessions that sent a request for each task. */
function attemptsSeen() {
  const seen = new Map<string, Set<string>>();
  return (request: ModelRequest, ref: string): number => {
    const sessions = seen.get(ref) ?? new Set();
    sessions.add(request.headers['x-claude-code-session-id'] ?? '');
    seen.set(ref, sessions);
    return sessions.size;
  };
}

const never = () => new Promise<never>(() => {});

test('runs a worker for every task in the order of their needs, and keeps all reports', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'a' }, { id: 'b', agent: 'Explore' }, { id: 'c', needs: ['a', 'b'] }]),
    agents: {
      a: [checkpoint(50, 'half of it'), result('# Long report of a'), { text: 'Short a.' }],
      b: [{ text: 'The whole of b.' }],
    },
  });

  const { code, stdout, stderr } = await stage.swarm('run', 'plan.md');

  expect(stderr).toContain('completed: 3 of 3 tasks completed');
  expect(code).toBe(0);
  const run = stage.readRun();
  expect(run.errors).toBe('');
  expect(outcomes(run.status)).toEqual({ a: 'completed', b: 'completed', c: 'completed' });
  expect(run.read('results/a.md')).toBe('# Long report of a\n');
  expect(run.read('results/b.md')).toBe('The whole of b.');
  expect(run.summary).toContain('> Short a.');
  expect(stdout).toContain('a working 50% half of it');
  expect(stdout).toContain('c completed');
  const brief = stage.requests.find((one) => one.firstUserText.includes('# Your task: c'));
  expect(brief?.firstUserText).toContain(`${run.dir}/results/a.md`);
  const agent = stage.requests.find((one) => one.firstUserText.includes('# Your task: a'));
  expect(agent?.system).toContain('You do one task of a larger goal');
  expect(run.state.supervision.current).toBeNull();
  expect(stage.leftovers()).toEqual([]);
});

test('a cancelled task ends at once, even if its worker is running a command', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'keep' }, { id: 'drop' }, { id: 'after', needs: ['drop'] }]),
    agents: {
      keep: [{ text: 'kept' }],
      drop: () => bash('node -e "setTimeout(() => {}, 100000)" & wait'),
    },
  });
  const running = stage.start('run', 'plan.md', '--allowed-tools', 'Bash');
  await waitUntil(() => stage.requests.find((one) => one.firstUserText.includes('task: drop')));
  await waitUntil(() => outcomes(stage.readRun().status).keep === 'completed');

  const cancelled = await stage.swarm('cancel', `${stage.readRun().id}/drop`);
  const { code } = await running.ended;

  expect(cancelled.stdout).toBe('stopping at the next tool call: drop\n');
  expect(outcomes(stage.readRun().status)).toEqual({
    keep: 'completed',
    drop: 'cancelled',
    after: 'cancelled',
  });
  expect(code).toBe(1);
  expect(stage.leftovers()).toEqual([]);
});

test('times out and retries: a silent model, endless tool calls, a hanging tool call', {
  timeout: TIMEOUT_MS,
}, async () => {
  const attempt = attemptsSeen();
  const again = { text: 'Quick.' };
  const retry = { initialInterval: '50ms', maximumAttempts: 10 };
  // Longer than a client needs on a busy machine to start and answer with one word.
  const tiers = { medium: { startToCloseTimeout: '12s', retry } };
  await using stage = await makeStage({
    plan: makePlan([{ id: 'silent' }, { id: 'loops' }, { id: 'hangs' }]),
    config: { tiers },
    agents: {
      silent: (request, ref) => (attempt(request, ref) > 1 ? again : never()),
      loops: (request, ref) =>
        attempt(request, ref) > 1 ? again : { ...bash('true'), delayMs: 300 },
      hangs: (request, ref) =>
        attempt(request, ref) > 1 ? again : bash('node -e "setTimeout(() => {}, 100000)"'),
    },
  });

  const { code } = await stage.swarm('run', 'plan.md', '--allowed-tools', 'Bash');

  const { state, status } = stage.readRun();
  expect(code).toBe(0);
  for (const { id, attempts, status: outcome } of status.tasks) {
    expect([id, outcome]).toEqual([id, 'completed']);
    expect(attempts).toBeGreaterThan(1);
    expect(state.tasks.get(id)?.attempts[0]?.end?.category).toBe('timeout');
  }
  expect(stage.leftovers()).toEqual([]);
});
