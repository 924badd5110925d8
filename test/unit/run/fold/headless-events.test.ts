import { expect, it } from 'vitest';
import { DEFAULT_WORKER_OPTIONS } from '../../../../src/claude/command-line.ts';
import { DEFAULT_POLICY } from '../../../../src/config/resolve-policy.ts';
import type { LedgerEvent } from '../../../../src/ledger/events.ts';
import { agentsToStop, subagentsToStop } from '../../../../src/run/agents-to-stop.ts';
import { dueTasks } from '../../../../src/run/ready-tasks.ts';
import { reasonToBlockTurn } from '../../../../src/view/prompts/block-turn.ts';
import { launchesOf, nextStepPrompt } from '../../../../src/view/prompts/next-step.ts';
import {
  at,
  ended,
  fold,
  launched,
  opened,
  sessionEnded,
  started,
} from '../../../support/run-events.ts';

const supervised = (supervisor: string, replaces: string | null = null): LedgerEvent => ({
  event: 'supervisor.started',
  at: at(1),
  supervisor,
  process: { pid: 7, startedAt: '1' },
  replaces,
  maxParallel: 3,
  options: DEFAULT_WORKER_OPTIONS,
});
const released = (supervisor: string): LedgerEvent => ({
  event: 'supervisor.ended',
  at: at(2),
  supervisor,
  reason: 'ended',
});

it('the first of two supervisors that start at once holds the run', () => {
  const state = fold(opened(['a']), supervised('one'), supervised('two'));
  expect(state.supervision.current?.id).toBe('one');
});

it('a supervisor takes the run only from the one it names, and nobody else can release it', () => {
  const state = fold(
    opened(['a']),
    supervised('one'),
    supervised('two', 'one'),
    supervised('three', 'one'),
    released('one'),
  );
  expect(state.supervision.current?.id).toBe('two');
  expect(fold(opened(['a']), supervised('one'), released('one')).supervision.current).toBeNull();
});

it('the limit of a supervisor replaces the configured one', () => {
  const { opened: run, parallel } = fold(opened(['a']), supervised('one'));
  expect([run.policy.maxParallel, parallel.limit]).toEqual([3, 3]);
});

it('a conversation launches nothing and ends its turn while a supervisor holds the run', () => {
  const state = fold(opened(['a']), supervised('one'));
  expect(launchesOf(state, true)).toEqual([]);
  expect(reasonToBlockTurn(state, true)).toBeNull();
  expect(nextStepPrompt(state, true)).toContain('process 7');
});

it("a worker's session does not become responsible for the run", () => {
  const state = fold(opened(['a']), launched('a', { session: 'w', supervisor: 'one' }));
  expect(state.session).toBe('session-1');
});

it('tasks are due once they are ready and their backoff has passed, regardless of free slots', () => {
  const failed = { outcome: 'failed', category: 'transient', message: 'HTTP 529' } as const;
  const state = fold(
    opened(['a', 'b', 'c'], { policy: { ...DEFAULT_POLICY, maxParallel: 1 } }),
    launched('a'),
    ended('a', { ...failed, at: at(10) }),
    launched('b', { at: at(1_900) }),
    sessionEnded({ session: 'session-1', at: at(2_000) }),
  );
  const ids = (now: number) => dueTasks(state, at(now)).due.map(({ plan }) => plan.id);

  const { nextDueAt } = dueTasks(state, at(20));
  expect(ids(20)).toEqual(['b', 'c']);
  expect(nextDueAt).not.toBeNull();
  expect(dueTasks(state, nextDueAt ?? '').due.map(({ plan }) => plan.id)).toEqual(['a', 'b', 'c']);
});

it('a conversation is never told to stop a worker', () => {
  const worker = { attempt: 'w', session: 'w', supervisor: 'one' };
  const state = fold(
    opened(['a']),
    supervised('one'),
    launched('a', worker),
    started('a', { attempt: 'w', agentId: 'w' }),
    { event: 'attempt.timed_out', at: at(9), attempt: 'w' },
    released('one'),
  );
  expect(agentsToStop(state)).toEqual(['w']);
  expect(subagentsToStop(state)).toEqual([]);
  expect(nextStepPrompt(state, true)).not.toContain('TaskStop');
});
