import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../../src/plan/parse-plan.ts';
import type { Plan } from '../../../src/plan/plan-schema.ts';

const FRONT = '---\ngoal: g\ntasks:\n  - {id: a, title: Do a}\n  - {id: b, title: Do b}\n---\n';

function parse(text: string): Plan {
  const { plan, findings } = parsePlan(text);
  if (!plan) throw new Error(JSON.stringify(findings));
  return plan;
}

function texts(body: string): { context: string; a: string; b: string } {
  const { context, tasks } = parse(FRONT + body);
  const [a, b] = tasks.map((task) => task.brief);
  return { context, a: a ?? '', b: b ?? '' };
}

/** Blocks that hold what looks like a section's heading, and are text all the same. */
const BLOCKS: [string, string][] = [
  ['a fence of backticks', '```md\n## b\n```'],
  ['a fence of tildes', '~~~\n## b\n~~~'],
  ['a fence in a longer fence', '````md\n```\n## b\n```\n## a\n````'],
  ['a fence of tildes in one of backticks', '```\n~~~\n## b\n```'],
  ['a fence with text behind its beginning', '```ts title="x"\n## b\n```'],
  ['an indented fence', '  ```\n## b\n  ```'],
  ['a fence in a list', '- item\n\n  ```\n  ## b\n  ```'],
  ['a fence in a quote', '> ```\n> ## b\n> ```'],
  ['an indented code block', 'Text.\n\n    ## b\n\n\t## a'],
  ['a comment', '<!--\n## b\n-->'],
  ['a comment with an empty line', '<!--\n\n## b\n\n-->'],
  ['an HTML block', '<div>\n## b\n</div>'],
  ['a script', '<script>\n\n## b\n\n</script>'],
  ['a list', '- item\n\n  ## b\n\n- other'],
  ['a numbered list', '1. item\n\n   ## b'],
  ['a quote', '> ## b\n> text'],
  ['a quote in a list', '- > ## b'],
  ['a deeper heading', '### b\n\n#### a'],
  ['a higher heading', '# b'],
  ['a heading without a blank', '##b'],
  ['an underlined heading', 'b\n---'],
  ['an escaped heading', '\\## b'],
  ['a heading in a line', 'See ## b there.'],
  ['a table', '| x |\n|---|\n| ## b |'],
];

describe('the body of a plan', () => {
  it('has context, then a brief for each task, in any order', () => {
    expect(texts('Shared.\n\n## b\nBrief b.\n\n## a\nBrief a.\n')).toEqual({
      context: 'Shared.',
      a: 'Brief a.',
      b: 'Brief b.',
    });
  });

  it.each(BLOCKS)('ignores headings in %s', (_, block) => {
    expect(texts(`${block}\n\n## a\n${block}\n\n## b\n${block}\n`)).toEqual({
      context: block.trim(),
      a: block.trim(),
      b: block.trim(),
    });
  });

  it.each([
    ['a paragraph', 'Text\n'],
    ['a list', '- item\n'],
    ['a quote', '> quote\n'],
    ['a closed fence', '```\ncode\n```\n'],
    ['a table', '| x |\n|---|\n| y |\n'],
    ['a rule', 'Text\n\n---\n'],
  ])('takes a heading right behind %s', (_, block) => {
    expect(texts(`## a\n${block}## b\nBrief b.\n`)).toEqual({
      context: '',
      a: block.trim(),
      b: 'Brief b.',
    });
  });

  it('accepts a heading with closing marks and blanks', () => {
    expect(texts('##   a  ##\nx\n## b\t\ny\n')).toEqual({ context: '', a: 'x', b: 'y' });
  });

  it('treats everything after an open fence as text', () => {
    const { findings } = parsePlan(`${FRONT}## a\nx\n\n\`\`\`\n## b\ny\n`);
    expect(findings).toMatchObject([{ code: 'missing-brief', path: 'tasks[1]' }]);
  });

  it('is the same with CRLF and a byte order mark', () => {
    const text = `${FRONT}Shared\nlines.\n\n## a\nBrief\na.\n\n## b\nBrief b.\n`;
    expect(parse(`\ufeff${text.replaceAll('\n', '\r\n')}`)).toEqual(parse(text));
    expect(parse(text.replaceAll('\n', '\r'))).toEqual(parse(text));
  });

  it('accepts blanks after the end of the front matter, and rules in the body', () => {
    const text = '---  \ngoal: g\ntasks: [{id: a, title: t}]\n---\t\n\n## a\nx\n\n---\ny\n';
    expect(parse(text).tasks[0]?.brief).toBe('x\n\n---\ny');
  });

  it('returns briefs that are slices of the source, without blank edges', () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 6 }), blocks, blocks, (context, a, b) => {
        const body = `${context.join('')}\n\n## a\n${a.join('')}\n\n## b\n${b.join('')}\n`;
        const read = texts(body);
        expect([read.context, read.a, read.b]).toEqual(
          [context, a, b].map((part) => part.join('').trim()),
        );
        expect(body).toContain(read.a);
        expect(body).toContain(read.b);
      }),
      { seed: 20261122, numRuns: 400 },
    );
  });
});

/** A block that ends before the next one begins. */
const block = fc.oneof(
  // An indented fence behind a list belongs to it, and then ends with it.
  fc.constantFrom(...BLOCKS.map(([, text]) => `${text.trimStart()}\n\n`)),
  fc
    .array(
      fc.constantFrom('word', 'Wörter', '🙂', '`code`', '**bold**', '$&', '$1', '\u2028', '---x'),
    )
    .map((words) => `Text ${words.join(' ')}\n\n`),
  fc.constantFrom('\n\n', '***\n\n', '[x]: http://example.com\n\n', '<br>\n\n', 'x  \ny\\\nz\n\n'),
);
const blocks = fc
  .array(block, { minLength: 1, maxLength: 6 })
  .filter((all) => all.join('').trim() !== '');
