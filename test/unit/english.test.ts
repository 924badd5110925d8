import { describe, expect, it } from 'vitest';
import { checkSubject } from '../../scripts/english/check-subject.ts';
import { checkFile } from '../../scripts/english/find-markers.ts';
import { maskCode } from '../../scripts/english/mask-code.ts';

/** What is found in a file, as `line: phrase`. */
function found(file: string, content: string): string[] {
  return checkFile(file, content).map((finding) => `${finding.line}: ${finding.found}`);
}

describe('the prose of a source', () => {
  it('keeps comments and strings, at the same place', () => {
    const source = "const at = 'one'; // two\n/** three */ call(`four\\`five six`, /seven'/);\n";
    const masked = maskCode(source, false);

    expect(masked).toHaveLength(source.length);
    expect(masked.match(/[a-z]{3,}/g)).toEqual(['one', 'two', 'three', 'four', 'five', 'six']);
    expect(masked.indexOf('three')).toBe(source.indexOf('three'));
  });

  it('keeps comments and titles of tests, and no other string', () => {
    const source =
      "describe('one', () => {\n  // two\n  it.each([['three']])('four %s', () => call('five'));\n  test.skip('six', run);\n});\n";
    const masked = maskCode(source, true);

    expect(masked.match(/[a-z]{3,}/g)).toEqual(['one', 'two', 'four', 'six']);
  });

  it('takes a quote in a comment or in a regular expression for no string', () => {
    const source = "// it's one\nconst quote = /'/;\nreturn /[/']/.test(name) ? 'two' : three;\n";
    expect(maskCode(source, false).match(/[a-z']{3,}/g)).toEqual(["it's", 'one', 'two']);
  });
});

describe('the markers', () => {
  it.each([
    ['// Nobody is at work.', 'at work'],
    ['// The run can be gone on with.', 'gone on'],
    ['// Starts the view anew.', 'anew'],
    ['// Claude is told of it.', 'told of'],
    ['// An attempt whose time is over.', 'is over'],
    ['// Gives up when nothing happens for so long.', 'for so long'],
    ['// Each request bears the token.', 'bears'],
    ['// So who asks for it is told.', 'who asks'],
    ['// Kept for who asks again.', 'for who'],
    ['// What is to be recorded.', 'is to be'],
    ['// The report counts no more.', 'no more'],
    ['// The text stands in front matter.', 'stands in'],
    ['// The end is entered in the ledger.', 'is entered'],
  ])('find %s', (comment, phrase) => {
    expect(found('src/run/a.ts', comment)).toContain(`1: ${phrase}`);
  });

  it.each([
    'The scripted model stands in for the API.',
    'It must not stand in the way of the session.',
    'A command is over 4,000 characters long.',
    'It leaves no more than ten lines.',
    'A person who reads the log sees it.',
    'The token is long, so long as nobody shortens it.',
    'Look at work of other tasks.',
    'The caller enters a directory.',
    'Who executes the run.',
    'Bear in mind that it is a bearer token.',
  ])('leave alone: %s', (sentence) => {
    expect(found('docs/a.md', sentence)).toEqual([]);
  });

  it('are found across two lines of a comment, with the line of their beginning', () => {
    expect(found('src/run/a.ts', '/**\n * The time of the attempt is\n * over.\n */')).toEqual([
      '2: is over',
    ]);
  });

  it('are not looked for in names', () => {
    expect(found('src/run/a.ts', 'const anew = bears(no.more);')).toEqual([]);
  });

  it('may be allowed with a reason, on the line or above it', () => {
    const allowed = "// english-ok: the client's own words\nexport const TEXT = 'at work';\n";
    expect(found('src/run/a.ts', allowed)).toEqual([]);
    expect(found('src/run/a.ts', allowed.replace(": the client's own words", ''))).toEqual([
      '1: an exception',
    ]);
  });

  it('may be allowed in a part of a document with a reason', () => {
    const part = '<!-- english-off: quotes -->\nat work\n<!-- english-on -->\nanew\n';
    expect(found('docs/a.md', part)).toEqual(['4: anew']);
    expect(found('docs/a.md', part.replace(': quotes', ''))).toEqual([
      '1: an exception',
      '4: anew',
    ]);
  });
});

describe('the subject of a commit', () => {
  it.each([
    'Fix NaN peak memory when the supervisor exits before sampling',
    'Process events in order',
    'Feed the parser line by line',
    'Bring the figures up to date',
  ])('is right: %s', (subject) => {
    expect(checkSubject(subject)).toEqual([]);
  });

  it.each([
    ['Fixed the parser', 'imperative'],
    ['Adding a test', 'imperative'],
    ['Rejects unknown fields', 'imperative'],
    ['x'.repeat(73), '73 characters'],
    ['Fix the parser.', 'full stop'],
    ['Tell of a gate by the terminal', 'Tell of'],
  ])('is wrong: %s', (subject, why) => {
    expect(checkSubject(subject).join()).toContain(why);
  });
});
