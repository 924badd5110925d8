import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sanitize, sanitizeLine, toAbstract, truncate } from '../../../src/text/sanitize.ts';

/** Made up here, so that no scanner takes this file for a leak. */
const fake = (prefix: string, length: number): string =>
  prefix + 'a1B2'.repeat(length).slice(0, length);

describe('sanitize', () => {
  it('takes time in proportion to the length of the text', () => {
    // A quarter of a megabyte takes milliseconds; the square of it would take minutes.
    const budget = 3_000_000;
    const pieces = [
      'eyJ-',
      'eyJaaaaaaaa.eyJ-',
      'sk-',
      '://a:',
      'a:',
      'token=',
      'token = ',
      'authorization: token ',
      'curl -u a:',
      'ey',
      'a1_',
      's.a',
      'a.',
      '1234567890',
      'A3-',
      'AAAA',
      'bearer ',
      '\u001b[',
      '\u001b]8;;',
    ];
    const texts = [
      ...pieces,
      '-----BEGIN ',
      '-----BEGIN A',
      '-----BEGIN PRIVATE KEY----------END ',
    ];
    for (const piece of texts) {
      const before = process.cpuUsage().user;
      sanitize(piece.repeat(Math.ceil(250_000 / piece.length)));
      sanitize(`://a:${piece.repeat(Math.ceil(250_000 / piece.length))}`);
      const microseconds = process.cpuUsage().user - before;
      expect([piece, microseconds < budget]).toEqual([piece, true]);
    }
  });

  it.each([
    ['colours', '\u001b[31mred\u001b[0m', 'red'],
    ['a title', '\u001b]0;evil\u0007text', 'text'],
    ['links', '\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\', 'link'],
    ['control characters', 'a\u0000b\u0008c\u007fd\u0085e', 'abcde'],
    ['overrides of direction', 'a\u202eb\u2066c\u200fd\u061ce', 'abcde'],
    ['a byte order mark', '\ufeffa', 'a'],
    ['zero-width spaces', 'a\u200bb\u2060c\u00add', 'abcd'],
    ['fillers and invisible operators', 'a\u3164b\u2063c\u115fd\uffa0e', 'abcde'],
    ['tags', 'a\u{e0041}\u{e0042}b', 'ab'],
    ['joiners and selectors that join nothing', 'a\u200db\u200cc\ufe0fd é\u200d\u200d', 'abcd é'],
    ['bytes in selectors', '🙂\u{e0101}\u{e0110}\ufe01a', '🙂a'],
    ['separators of lines', 'a\u2028b\u2029c', 'a\nb\nc'],
    [
      'a token that a zero-width space parts',
      `${fake('ghp_', 12)}\u200b${fake('', 24)}`,
      '[redacted]',
    ],
    ['carriage returns', 'a\r\nb\rc', 'a\nb\nc'],
    ['halves of characters', 'a\ud800b', 'a\ufffdb'],
  ])('redacts %s', (_, text, plain) => {
    expect(sanitize(text)).toBe(plain);
  });

  it('keeps ordinary text', () => {
    const text = 'Zeile 1\n\tüber 🙂 👨‍👩‍👧 ❤️‍🔥 ❤️ 日本語 می‌خواهم क्‍ष';
    expect(sanitize(text)).toBe(text);
  });
});

describe('sanitizeLine', () => {
  it('joins the lines', () => {
    expect(sanitizeLine('  a\n\tb\u2028c\r\n d ', 100)).toBe('a b c d');
  });
});

describe('truncate', () => {
  it('keeps what fits, and otherwise ends with an ellipsis', () => {
    expect(truncate('abc', 3)).toBe('abc');
    expect(truncate('abcd', 3)).toBe('ab…');
    expect(truncate('🙂🙂🙂', 3)).toBe('🙂🙂🙂');
    expect(truncate('🙂🙂🙂🙂', 3)).toBe('🙂🙂…');
    expect(truncate('abc', Number.POSITIVE_INFINITY)).toBe('abc');
    expect(truncate('abc', 1)).toBe('…');
  });

  it('is never longer, never cuts a character in half, and is a beginning of the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '🙂', 'é', '\n'), maxLength: 60 }),
        fc.integer({ min: 1, max: 40 }),
        (text, max) => {
          const cut = truncate(text, max);
          expect(Array.from(cut).length).toBeLessThanOrEqual(max);
          expect(cut.isWellFormed()).toBe(true);
          expect(text.startsWith(cut.replace(/…$/, ''))).toBe(true);
          expect(cut === text).toBe(Array.from(text).length <= max);
        },
      ),
      { seed: 20261122, numRuns: 500 },
    );
  });
});

describe('toAbstract', () => {
  it('is the beginning of a report', () => {
    const abstract = toAbstract(`First.\n\n\n\nSecond.\n${'x'.repeat(200_000)}`);
    expect(abstract.startsWith('First.\n\nSecond.\nxxx')).toBe(true);
    expect(Array.from(abstract)).toHaveLength(1_000);
  });

  it('holds no secret, also not a cut one', () => {
    const secret = fake('sk-ant-', 80);
    for (let before = 0; before < 1_100; before += 7) {
      expect(toAbstract(`${'x '.repeat(before)}${secret} end`)).not.toContain('sk-ant-a1');
    }
  });
});
