import { expect, test } from 'vitest';
import { DEFAULT_WORKER_OPTIONS } from '../../../src/claude/command-line.ts';
import type { RunOpened, TaskKey } from '../../../src/ledger/events.ts';
import type { Task } from '../../../src/plan/plan-schema.ts';
import { cacheKeyOf, cacheKeyText, describeDifference } from '../../../src/run/cache-key.ts';
import { completes, fold, makeTask, opened } from '../../support/run-events.ts';

const OPTIONS = {
  ...DEFAULT_WORKER_OPTIONS,
  agent: 'the definition of its agent',
  settings: { model: null, permissions: null } as Record<'model' | 'permissions', string | null>,
};
const TASK = { needs: ['a', 'b'], writes: ['out/**'] };

/** The key of task `c` in a plan that differs by so much from the usual one. */
function keyOf(
  task: Partial<Task> = {},
  run: Partial<RunOpened> = {},
  options: Partial<typeof OPTIONS> = {},
): TaskKey {
  const plan = opened(['a', 'b', makeTask('c', { ...TASK, ...task })], run);
  const state = fold(plan, ...completes('a'), ...completes('b'));
  const found = state.tasks.get('c');
  if (!found) throw new Error('no task c');
  return cacheKeyOf(state, found, { ...OPTIONS, ...options });
}

test.each([
  ['its brief', keyOf({ brief: 'Other.' }), 'its part of the plan'],
  ['its title', keyOf({ title: 'Do it otherwise' }), 'its part of the plan'],
  ['what it writes', keyOf({ writes: ['in/**'] }), 'its part of the plan'],
  ['the goal', keyOf({}, { goal: 'Another goal' }), 'the goal or the shared context'],
  ['the context', keyOf({}, { context: 'Other.' }), 'the goal or the shared context'],
  ['its agent', keyOf({}, {}, { agent: 'another' }), 'its agent or what it may use'],
  [
    'the model of the settings',
    keyOf({}, {}, { settings: { model: 'haiku', permissions: null } }),
    'the model',
  ],
  [
    'the permissions of the settings',
    keyOf({}, {}, { settings: { model: null, permissions: 'Bash' } }),
    'its agent or what it may use',
  ],
  [
    'what it may use',
    keyOf({}, {}, { allowedTools: ['Bash(npm test)'] }),
    'its agent or what it may use',
  ],
  [
    'what it may do unasked',
    keyOf({}, {}, { permissionMode: 'acceptEdits' }),
    'its agent or what it may use',
  ],
  ['the model', keyOf({}, {}, { model: 'another' }), 'the model'],
  ['what it needs', keyOf({ needs: ['a'] }), 'a report that it needs'],
])('a report is no answer to a task in which %s changed', (_, key, words) => {
  expect(describeDifference(keyOf(), key)).toEqual([words]);
  expect(cacheKeyText(key)).not.toBe(cacheKeyText(keyOf()));
});

test('neither the order of needs nor data of the run alone changes a key', () => {
  expect(keyOf({ needs: ['b', 'a'], tier: 'long' }, {}, { budgetUsd: 5, worktrees: true })).toEqual(
    keyOf(),
  );
});
