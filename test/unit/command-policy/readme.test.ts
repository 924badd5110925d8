import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { commandPatterns } from '../../../src/command-policy/checks/check-commands.ts';
import { classifyCommand } from '../../../src/command-policy/classify-command.ts';
import { readPatterns } from '../../../src/command-policy/programs/command-pattern.ts';
import { WRAPPERS as WRAPPER_TABLE } from '../../../src/command-policy/programs/wrapper-table.ts';
import { WRAPPERS } from '../../fixtures/command-wrappers.ts';
import { HARMLESS, IRREVERSIBLE } from '../../fixtures/commands.ts';

const README = readFileSync(
  new URL('../../../src/command-policy/README.md', import.meta.url),
  'utf8',
);

it('shows what its example returns', () => {
  const [, command = '', args = '', shown = ''] =
    /classifyCommand\('(.+)', (\{[\s\S]*?\})\);\n((?:\/\/.*\n)+)/.exec(README) ?? [];
  const evaluate = (text: string): unknown => new Function(`return (${text})`)();
  const context = evaluate(args) as Parameters<typeof classifyCommand>[1];
  expect(classifyCommand(command, context)).toEqual(evaluate(shown.replaceAll('// ', '')));
});

it('states the figures of the tables and the corpus', () => {
  const patterns = commandPatterns();
  const programs = new Set(patterns.map(({ program }) => program)).size;
  const wrapperPatterns = WRAPPER_TABLE.flatMap(({ commands }) => readPatterns(commands)).length;
  const harmful = Object.values(IRREVERSIBLE).flat().length;
  for (const figure of [
    `${patterns.length}, for ${programs} programs`,
    `| patterns of wrappers | ${wrapperPatterns} |`,
    `[${wrapperPatterns} other ways]`,
    `${harmful} irreversible and ${HARMLESS.length} harmless commands`,
    `| ${harmful} of ${harmful}, each by its rule |`,
    `| 0 of ${HARMLESS.length} |`,
    `in one wrapper or two, ${WRAPPERS.length} of them`,
  ]) {
    expect(README).toContain(figure);
  }
});
