import { expect, it } from 'vitest';
import { renderSummary } from '../../../../src/view/markdown/render-summary.ts';
import { tablesToLists } from '../../../../src/view/pane/tables-to-lists.ts';
import { completes, fold, launched, makeTask, opened } from '../../../support/run-events.ts';

it('turns the table of a summary into a list, and leaves everything else', () => {
  const state = fold(
    opened([makeTask('a', { title: 'Split a | b' }), 'b', 'c']),
    ...completes('a'),
    launched('b'),
  );
  const summary = renderSummary(state);
  const rows = summary.split('\n').filter((line) => line.startsWith('|'));
  expect(rows).toHaveLength(5);
  const text = tablesToLists(summary);
  expect(text.split('\n').filter((line) => line.startsWith('- '))).toEqual([
    '- a: Split a \\| b · ✔ completed (unverified) · 100% · 0s',
    expect.stringMatching(/^- b: Do b · ◐ working · 0% · since \d\d:\d\d:\d\d$/),
    '- c: Do c · ○ pending · 0%',
  ]);
  expect(text).not.toMatch(/^\|/m);
  const others = (all: string) => all.split('\n').filter((line) => !/^(?:\||- )/.test(line));
  expect(others(text)).toEqual(others(summary));
});

it('counts attempts from the second on', () => {
  expect(tablesToLists('| task | attempts |\n|---|---|\n| a | 1 |\n| b | 2 |')).toBe(
    '- a\n- b · 2 attempts',
  );
});
