import { expect, test } from 'vitest';
import type { Order } from '../../../../src/queue/wire/order.ts';
import { type Ceiling, limitClient, splitRules } from '../../../../src/queue/work/ceiling.ts';

const NONE: Ceiling = {
  models: [],
  permissionMode: null,
  allowedTools: [],
  budgetUsd: null,
  checks: false,
};
const ASKS: Order['client'] = {
  model: null,
  effort: null,
  permissionMode: null,
  allowedTools: [],
  budgetUsd: null,
};

function refusal(asked: Partial<Order['client']>, ceiling: Partial<Ceiling>): string | null {
  return limitClient({ ...ASKS, ...asked }, [], { ...NONE, ...ceiling }).refusal;
}

test('an order that asks for nothing is taken by a worker that allows nothing', () => {
  expect(limitClient(ASKS, [], NONE)).toEqual({ client: ASKS, refusal: null });
});

test.each([
  [null, 'acceptEdits', false],
  ['acceptEdits', 'acceptEdits', true],
  ['acceptEdits', 'plan', true],
  ['acceptEdits', 'bypassPermissions', false],
  ['bypassPermissions', 'auto', true],
  [null, 'plan', true],
  ['bypassPermissions', 'newMode', false],
  ['newMode', 'newMode', true],
  ['newMode', 'default', false],
])(
  'with the mode %s, a worker that is asked for %s answers %s',
  (permissionMode, asked, isTaken) => {
    expect(refusal({ permissionMode: asked }, { permissionMode }) === null).toBe(isTaken);
  },
);

test.each([
  [['Bash'], ['Bash(npm test)'], true],
  [['Bash(npm test)'], ['Bash(npm test)'], true],
  [['Bash(npm *)'], ['Bash(npm test)'], false],
  [['Bash(npm test)'], ['Bash'], false],
  [['Read,Bash(git log:*)'], ['Read', 'Bash(git log:*)'], true],
  [['Read'], ['Read,Write'], false],
  [[], ['Read'], false],
])('a worker that allows %j and is asked for %j answers %s', (allowedTools, asked, isTaken) => {
  expect(refusal({ allowedTools: asked }, { allowedTools }) === null).toBe(isTaken);
});

test('a refusal names the option of the worker that would allow it', () => {
  expect(refusal({ allowedTools: ['Read,Bash(a, b)'] }, { allowedTools: ['Read'] })).toContain(
    "--allowed-tools 'Bash(a, b)'",
  );
  expect(refusal({ permissionMode: 'auto' }, {})).toContain('--permission-mode auto');
});

test('a model beyond the list is refused, and the first one is used where none is named', () => {
  const models = ['sonnet', 'haiku'];

  expect(refusal({ model: 'opus' }, { models })).toContain('sonnet, haiku');
  expect(refusal({ model: 'haiku' }, { models })).toBeNull();
  expect(limitClient(ASKS, [], { ...NONE, models }).client?.model).toBe('sonnet');
});

test.each([
  [null, null, null],
  [2, null, 2],
  [null, 1, 1],
  [2, 1, 1],
  [0.5, 1, 0.5],
])('a budget of %s is %s at most, so %s', (asked, most, limit) => {
  const limited = limitClient({ ...ASKS, budgetUsd: asked }, [], { ...NONE, budgetUsd: most });

  expect(limited.client?.budgetUsd).toBe(limit);
});

test('checks are shell commands, so a worker must allow them', () => {
  expect(limitClient(ASKS, ['npm test'], NONE).refusal).toContain('--allow-checks');
  expect(limitClient(ASKS, ['npm test'], { ...NONE, checks: true }).refusal).toBeNull();
});

test.each([
  ['Read,Write', ['Read', 'Write']],
  ['Read Write', ['Read', 'Write']],
  ['Bash(npm run a, b),Read', ['Bash(npm run a, b)', 'Read']],
  ['', []],
])('the rules of %j are %j', (list, rules) => {
  expect(splitRules(list)).toEqual(rules);
});
