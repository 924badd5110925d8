import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  redactSecrets,
  sanitize,
  sanitizeLine,
  toAbstract,
  truncate,
} from '../../../src/text/sanitize.ts';

/** Made up here, so that no scanner takes this file for a leak. */
const fake = (prefix: string, length: number): string =>
  prefix + 'a1B2'.repeat(length).slice(0, length);

const SECRETS: [string, string][] = [
  ['an Anthropic key', fake('sk-ant-', 40)],
  ['an OpenAI key', fake('sk-', 48)],
  ['a GitHub token', fake('ghp_', 36)],
  ['a GitHub app token', fake('ghs_', 36)],
  ['a fine-grained GitHub token', fake('github_pat_', 60)],
  ['a GitLab token', fake('glpat-', 20)],
  ['a Slack token', `xoxb-${fake('123-', 20)}`],
  ['an AWS key id', `AKIA${'A1B2'.repeat(4)}`],
  ['a Google key', fake('AIza', 35)],
  ['an npm token', fake('npm_', 36)],
  ['a Stripe key', fake('sk_live_', 24)],
  ['a JWT', [fake('eyJ', 20), fake('eyJ', 30), fake('', 43)].join('.')],
];

describe('redactSecrets', () => {
  it.each(SECRETS)('redacts %s', (_, secret) => {
    for (const around of [
      (text: string) => text,
      (text: string) => `key ${text}, and more`,
      (text: string) => `"${text}"`,
      (text: string) => `x=${text}\n`,
      (text: string) => `(${text})`,
    ]) {
      expect(redactSecrets(around(secret))).toBe(around('[redacted]'));
    }
  });

  it.each([
    ['password = hunter2hunter2', 'password = [redacted]'],
    ['"api_key": "abcdefgh12"', '"api_key": "[redacted]"'],
    ['API-KEY=abcdefgh12', 'API-KEY=[redacted]'],
    ['DB_PASSWORD=correct-horse', 'DB_PASSWORD=[redacted]'],
    ['GITHUB_TOKEN: abcdefgh12', 'GITHUB_TOKEN: [redacted]'],
    ['AWS_SECRET_ACCESS_KEY=abcdefgh12/+', 'AWS_SECRET_ACCESS_KEY=[redacted]'],
    ["token:'abcdefgh12'", "token:'[redacted]'"],
    ['Authorization: Bearer abcdefghijklmnop.1', 'Authorization: Bearer [redacted]'],
    ['postgres://user:pa55word@host/db', 'postgres://user:[redacted]@host/db'],
    [
      '-----BEGIN RSA PRIVATE KEY-----\nMIIE\nAAAA\n-----END RSA PRIVATE KEY-----\nend',
      '[redacted]\nend',
    ],
    ['-----BEGIN PRIVATE KEY-----\nMIIE cut off', '[redacted]'],
  ])('turns %j into %j', (text, redacted) => {
    expect(redactSecrets(text)).toBe(redacted);
  });

  it.each([
    'The token is checked in src/auth.ts',
    'password: none',
    'Use sk-learn or sk-8',
    'https://example.com:8080/a@b',
    'https://example.com/@scope/name',
    'a commit 3f786850e387550fdab836ed7e6dc881de23001b',
    'the secret of its success: patience',
    'tokens: 123456789',
  ])('leaves %j alone', (text) => {
    expect(redactSecrets(text)).toBe(text);
  });

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
});

describe('sanitize', () => {
  it.each([
    ['colours', '\u001b[31mred\u001b[0m', 'red'],
    ['a title', '\u001b]0;evil\u0007text', 'text'],
    ['links', '\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\', 'link'],
    ['control characters', 'a\u0000b\u0008c\u007fd\u0085e', 'abcde'],
    ['overrides of direction', 'a\u202eb\u2066c\u200fd\u061ce', 'abcde'],
    ['a byte order mark', '\ufeffa', 'a'],
    ['carriage returns', 'a\r\nb\rc', 'a\nb\nc'],
    ['halves of characters', 'a\ud800b', 'a\ufffdb'],
  ])('redacts %s', (_, text, plain) => {
    expect(sanitize(text)).toBe(plain);
  });

  it('keeps ordinary text', () => {
    const text = 'Zeile 1\n\tüber 🙂 👨‍👩‍👧 日本語';
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
