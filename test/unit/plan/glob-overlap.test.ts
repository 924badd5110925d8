import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globsOverlap, readGlob } from '../../../src/plan/glob-overlap.ts';

const overlap = (a: string, b: string): boolean => globsOverlap(readGlob(a), readGlob(b));

/** The glob matcher that comes with vitest. */
const match: (glob: string, options: { dot: boolean }) => (path: string) => boolean = createRequire(
  import.meta.resolve('vitest'),
)('picomatch');

const OVERLAPPING: [string, string][] = [
  ['a.ts', 'a.ts'],
  ['./a.ts', 'a.ts'],
  ['src//a.ts', 'src/a.ts'],
  ['src/*.ts', 'src/a.ts'],
  ['src/*.ts', 'src/a*'],
  ['src/a*', 'src/*b'],
  ['src/**', 'src/a/b/c.ts'],
  ['src/**', 'src'],
  ['src/**/a.ts', 'src/a.ts'],
  ['**', 'anything/at/all'],
  ['**/*.md', 'docs/routes.md'],
  ['**/a/**', 'x/a/y/z'],
  ['a/**/z', 'a/b/**/y/z'],
  ['docs/', 'docs/routes.md'],
  ['docs/**', 'docs/'],
  ['a?c', 'abc'],
  ['a?c', 'a*'],
  ['{a,b}.ts', 'b.ts'],
  ['src/{a,b}/**', '{lib,src}/b/x.ts'],
  ['{a,{b,c}}', 'c'],
  ['v{1..3}.ts', 'v2.ts'],
  ['{docs/a.md,src/b.ts}', 'src/*.ts'],
  ['[abc].ts', 'b.ts'],
  ['[a-c]*.ts', 'bx.ts'],
  ['[[:alpha:]].ts', 'b.ts'],
  ['app/[id]/page.ts', 'app/\\[id\\]/page.ts'],
  ['@(a|b).ts', 'b.ts'],
  ['@(a|(b)).ts', 'b.ts'],
  ['src/@(a/b|c)/x.ts', 'src/a/b/x.ts'],
  ['(a|b).ts', 'a.ts'],
  ['!(a).ts', 'b.ts'],
  ['!a.ts', 'b.ts'],
  ['\\a.ts', 'a.ts'],
  ['a|b', 'b'],
];

const APART: [string, string][] = [
  ['a.ts', 'b.ts'],
  ['a.ts', 'A.ts'],
  ['src/a.ts', 'lib/a.ts'],
  ['src/*.ts', 'src/a/b.ts'],
  ['src/*.ts', 'src/a.md'],
  ['**/*.ts', '**/*.md'],
  ['src/a/**', 'src/b/**'],
  ['src/**/a.ts', 'src/**/b.ts'],
  ['a?c', 'ac'],
  ['a?c', 'a/c'],
  ['{a,b}.ts', 'c.ts'],
  ['a/**/b', 'a/c'],
  ['docs/', 'src/docs/a.md'],
  ['routes-*.md', 'route-*.md'],
  ['test/[a-z]*.ts', 'test/a.md'],
  ['@(a|b).ts', 'a.md'],
];

describe('globsOverlap', () => {
  it.each(OVERLAPPING)('%s and %s can match the same path', (a, b) => {
    expect(overlap(a, b)).toBe(true);
    expect(overlap(b, a)).toBe(true);
  });

  it.each(APART)('%s and %s cannot match the same path', (a, b) => {
    expect(overlap(a, b)).toBe(false);
    expect(overlap(b, a)).toBe(false);
  });

  it('never misses an overlap', () => {
    let matched = 0;
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), globs, globs, (path, a, b) => {
        const name = path.join('/');
        const [left, right] = [a(path), b(path)];
        if (!matches(left, name) || !matches(right, name)) return;
        matched++;
        expect([left, right, name, overlap(left, right)]).toEqual([left, right, name, true]);
      }),
      { seed: 20261122, numRuns: 1_500 },
    );
    // Globs are made from the path, so that most of them match it.
    expect(matched).toBeGreaterThan(300);
  });

  it('handles patterns with very many possible matches', () => {
    expect(overlap(`${'*a'.repeat(150)}x`, `${'*a'.repeat(150)}y`)).toBe(false);
    expect(overlap(`${'**/a/'.repeat(60)}x`, `${'**/a/'.repeat(60)}y`)).toBe(false);
    expect(overlap('{a,b}'.repeat(20), 'c')).toBe(true);
  });
});

function matches(glob: string, path: string): boolean {
  return match(glob, { dot: true })(path);
}

const segment = fc.string({
  unit: fc.constantFrom('a', 'b', 'c', '1', '.', '-', '[', '+'),
  minLength: 1,
  maxLength: 4,
});

type Widen = (text: string) => string;

/** Ways to turn a piece of a segment into a pattern that matches it. */
const piece: fc.Arbitrary<Widen> = fc.constantFrom<Widen>(
  (text) => text,
  () => '*',
  (text) => '?'.repeat(text.length),
  (text) => `{${text},zz}`,
  (text) => `{x,{${text},y}}`,
  (text) => `@(${text}|q)`,
  (text) => `+(${text})`,
  (text) => `(${text}|q)`,
  () => '!(zz)',
  (text) => text.replace(/[a-c]/g, '[a-c]'),
  (text) => text.replace(/[a-c]/g, '[!x]'),
  (text) => text.replace(/[a-c]/g, '[[:alpha:]]'),
  (text) => text.replace(/./g, '\\$&'),
  (text) => `${text.slice(0, 1)}*`,
  () => '[a-c]+',
);

/** A glob made from a path: its segments widened, some of them together to `**`. */
const globs: fc.Arbitrary<(path: readonly string[]) => string> = fc
  .record({
    pieces: fc.array(fc.tuple(fc.nat(3), piece, piece), { minLength: 4, maxLength: 4 }),
    globstar: fc.option(fc.tuple(fc.nat(3), fc.nat(3))),
    frame: fc.constantFrom<Widen>(
      (glob) => glob,
      (glob) => `./${glob}`,
      (glob) => `{${glob},other}`,
      (glob) => `@(${glob}|other)`,
      () => '!zzz',
    ),
  })
  .map(({ pieces, globstar, frame }) => (path) => {
    const widened = path.map((text, index) => {
      const [cut, left, right] = pieces[index] ?? [0, String, String];
      const [head, tail] = [text.slice(0, cut), text.slice(cut)];
      return (head && left(head)) + (tail && right(tail));
    });
    if (globstar) widened.splice(globstar[0], globstar[1], '**');
    return frame(widened.join('/'));
  });
