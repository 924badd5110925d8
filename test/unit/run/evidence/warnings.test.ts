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
  ['was refused a tool', seen({ permissionDenials: ['Bash'] }), [], ['permission_denied']],
])('warns of an agent that %s', (_, evidence, writes, expected) => {
  expect(warningsOf(evidence, writes, false)).toEqual(expected);
});

it('warns of a change that a hook has seen, even if nothing else is known', () => {
  expect(warningsOf(null, ['src/**'], true)).toEqual(['undeclared_writes']);
  expect(warningsOf(null, ['src/**'], false)).toEqual([]);
});
