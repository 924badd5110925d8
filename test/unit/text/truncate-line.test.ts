import { stripVTControlCharacters } from 'node:util';
import { Ansis } from 'ansis';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import { truncateLine } from '../../../src/text/truncate-line.ts';

const { red, bold } = new Ansis(3);

/** Characters of one column and of two, of one code point and of several. */
const character = fc.constantFrom(
  'a',
  ' ',
  '…',
  '日',
  '한',
  '🙂',
  '👩‍👩‍👧‍👦',
  '🇪🇺',
  'e\u0301',
  '█',
  '👍🏽',
);
const part = fc
  .tuple(fc.array(character, { maxLength: 12 }), fc.constantFrom(String, red, bold))
  .map(([characters, paint]) => paint(characters.join('')));
const line = fc.array(part, { maxLength: 4 }).map((parts) => parts.join(''));

it('uses at most the given columns, and leaves at most one unused', () => {
  fc.assert(
    fc.property(line, fc.integer({ min: 1, max: 40 }), (text, columns) => {
      const cut = truncateLine(text, columns);
      if (stringWidth(text) <= columns) {
        expect(cut).toBe(text);
        return;
      }
      expect(stringWidth(cut)).toBeLessThanOrEqual(columns);
      expect(stringWidth(cut)).toBeGreaterThanOrEqual(columns - 1);
      const [shown, whole] = [cut, text].map(stripVTControlCharacters);
      expect(shown?.endsWith('…')).toBe(true);
      expect(whole?.startsWith(shown?.slice(0, -1) ?? '')).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

it('returns nothing for zero columns', () => {
  expect(truncateLine('🙂', 0)).toBe('');
});
