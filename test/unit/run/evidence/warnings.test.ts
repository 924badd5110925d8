import { expect, it } from 'vitest';
import { type Evidence, warningsOf } from '../../../../src/run/evidence/warnings.ts';

const seen = (more: Partial<Evidence> = {}): Evidence => ({
  toolCalls: { Edit: 1 },
  filesChanged: ['src/a.ts'],
  moreFiles: 0,
  permissionDenials: [],
  model: null,
  usage: null,
  ...more,
});

it.each([
  ['did what it declares', seen(), ['src/**'], []],
  ['made no tool call', seen({ toolCalls: {}, filesChanged: [] }), [], ['no_tool_calls']],
  [
    'changed nothing that it declares',
    seen({ filesChanged: [] }),
    ['src/**'],
    ['no_declared_write_changed'],
  ],
  [
    'changed something else',
    seen({ filesChanged: ['src/a.ts', 'docs/b.md'] }),
    ['src/**'],
    ['undeclared_writes'],
  ],
  ['wrote a temporary file', seen({ filesChanged: ['src/a.ts', '/tmp/x'] }), ['src/**'], []],
  ['declares nothing', seen({ filesChanged: ['docs/b.md'] }), [], []],
  ['reported before its own agents', seen({ openAgents: 1 }), [], ['agents_not_ended']],
  ['was refused a tool', seen({ permissionDenials: ['Bash'] }), [], ['permission_denied']],
])('warns of an agent that %s', (_, evidence, writes, expected) => {
  expect(warningsOf(evidence, { writes, model: null }, false, true)).toEqual(expected);
});

it('warns of a change that a hook has seen, even if nothing else is known', () => {
  const asked = { writes: ['src/**'], model: null };
  expect(warningsOf(null, asked, true, true)).toEqual(['undeclared_writes']);
  expect(warningsOf(null, asked, false, true)).toEqual([]);
});

it.each([
  ['opus', 'claude-opus-5-5', false],
  ['opus[1m]', 'claude-opus-5-5', false],
  ['claude-sonnet-4-5', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', false],
  ['haiku', 'claude-opus-5-5', true],
  ['claude-opus-4-5', 'claude-opus-5-5', true],
  // These can stand for any model.
  ['best', 'claude-opus-5-5', false],
  ['arn:aws:bedrock:eu:1:application-inference-profile/x', 'claude-opus-5-5', false],
  ['opus', 'house-model', false],
  ['opus', null, false],
  [null, 'claude-opus-5-5', false],
])('compares the model %s with %s', (model, ran, isOther) => {
  const found = warningsOf(seen({ model: ran }), { writes: [], model }, false, true);
  expect(found).toEqual(isOther ? ['other_model'] : []);
});

it('doubts no report of an agent that ended without one', () => {
  const evidence = seen({
    toolCalls: {},
    filesChanged: [],
    openAgents: 1,
    permissionDenials: ['Bash'],
  });
  const asked = { writes: ['src/**'], model: null };
  const about = ['no_tool_calls', 'no_declared_write_changed', 'agents_not_ended'];
  expect(warningsOf(evidence, asked, false, false)).toEqual(['permission_denied']);
  expect(warningsOf(evidence, asked, false, true)).toEqual(expect.arrayContaining(about));
});
