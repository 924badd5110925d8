import { expect, it } from 'vitest';
import { entriesOfLine } from '../../../src/claude/transcript-entries.ts';
import { renderLogEntry } from '../../../src/view/terminal/render-log.ts';

const plain = (_: unknown, text: string) => text;
const line = (type: string, content: unknown) =>
  JSON.stringify({ type, timestamp: '2026-11-22T18:15:30.000Z', message: { content } });

it('reads what an agent was told, said, did and saw', () => {
  const lines = [
    line('user', 'Do it.'),
    line('assistant', [
      { type: 'text', text: 'I look.' },
      { type: 'tool_use', name: 'Bash', input: { command: 'ls -l', description: 'List' } },
    ]),
    line('user', [
      { type: 'tool_result', content: [{ type: 'text', text: 'a\nb' }, { type: 'image' }] },
    ]),
    line('user', [{ type: 'tool_result', content: 'no such file', is_error: true }]),
    line('assistant', [{ type: 'thinking', thinking: 'hm' }]),
    '{"type":"summary"}',
    '{"type":"assistant","message":{"con',
  ];

  const entries = lines.flatMap(entriesOfLine);

  expect(entries.map(({ kind, text, isError }) => [kind, text, isError])).toEqual([
    ['prompt', 'Do it.', false],
    ['text', 'I look.', false],
    ['call', 'Bash: ls -l', false],
    ['result', 'a\nb\n[image]', false],
    ['result', 'no such file', true],
  ]);
});

it('cuts results, and keeps what would control the terminal from it', () => {
  const text = `\u001b[2J${Array.from({ length: 10 }, (_, n) => `line ${n}`).join('\n')}`;
  const shown = renderLogEntry({ at: null, kind: 'result', text, isError: false }, plain);
  expect(shown).toContain('… 4 more lines');
  expect(shown).not.toContain('\u001b');
});
