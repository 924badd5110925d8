import { expect, it } from 'vitest';
import { spansOfRun } from '../../../../src/run/trace/spans-of-run.ts';
import {
  at,
  ended,
  fold,
  gateAsked,
  gateDecided,
  launched,
  makeTask,
  NO_RETRY,
  opened,
  RUN,
  started,
} from '../../../support/run-events.ts';

const CONTEXT = { traceId: 'a'.repeat(32), parentId: null, isSampled: true };
const GOAL = 'Ship the secret project';

const failed = { outcome: 'failed', category: 'transient', message: 'HTTP 529' } as const;
const tasks = [makeTask('a', { title: GOAL }), makeTask('b'), makeTask('c', { needs: ['b'] })];

function spans() {
  return spansOfRun(
    fold(
      opened(tasks, { goal: GOAL, policy: NO_RETRY }),
      ...[launched('a', { at: at(10) }), started('a', { at: at(20) })],
      gateAsked('a', { command: `git push ${GOAL}`, where: 'session' }),
      gateDecided('a', 'approved', { where: 'session' }),
      ended('a', { at: at(500), abstract: GOAL }),
      ...[launched('b', { at: at(30) }), started('b'), ended('b', { at: at(400), ...failed })],
    ),
    CONTEXT,
  );
}

it('has a span for the run, each task that began, and each attempt, nested in this order', () => {
  const all = spans();
  const nameOf = (id: string | null) => all.find(({ spanId }) => spanId === id)?.name ?? null;
  expect(all.map(({ name, parentId }) => [name, nameOf(parentId)])).toEqual([
    ['swarm.run', null],
    ['swarm.task', 'swarm.run'],
    ['swarm.attempt', 'swarm.task'],
    ['swarm.task', 'swarm.run'],
    ['swarm.attempt', 'swarm.task'],
  ]);
  expect(new Set(all.map(({ spanId }) => spanId)).size).toBe(all.length);
  expect(all.every(({ traceId }) => traceId === CONTEXT.traceId)).toBe(true);
  expect(spansOfRun(fold(opened(['a'])), { ...CONTEXT, parentId: 'b'.repeat(16) })).toMatchObject([
    { name: 'swarm.run', parentId: 'b'.repeat(16) },
  ]);
});

it('says when each began and ended, and why it failed', () => {
  const [run, a, attemptOfA, b, attemptOfB] = spans();
  expect(run).toMatchObject({
    endedAt: at(500),
    error: 'failed',
    attributes: { 'swarm.run.id': RUN, 'swarm.run.tasks': 3, 'swarm.run.tasks.completed': 1 },
  });
  expect(a).toMatchObject({ startedAt: at(10), endedAt: at(500), error: null });
  expect(attemptOfA).toMatchObject({
    startedAt: at(20),
    error: null,
    events: [{ name: 'swarm.gate' }],
  });
  expect([b?.error, attemptOfB?.error]).toEqual(['transient', 'transient']);
});

it('holds nothing that a person or an agent wrote', () => {
  expect(JSON.stringify(spans())).not.toContain(GOAL);
  expect(JSON.stringify(spans())).not.toContain('HTTP 529');
});
