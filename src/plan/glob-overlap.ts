/** A glob as its alternatives, each a list of path segments. */
export type Glob = readonly (readonly string[])[];

/** Parses a glob. Braces are expanded; a character class or an extended pattern becomes `*`. */
export function readGlob(text: string): Glob {
  return expandBraces(normalise(text)).map((path) => path.split('/'));
}

/**
 * Whether two globs can match the same path. In doubt, the answer is yes. A path without wildcards may
 * be a directory, so it also matches what is written as being below it.
 */
export function globsOverlap(a: Glob, b: Glob): boolean {
  return a.some((left) =>
    b.some((right) => segmentsOverlap(left, right) || isBelow(left, right) || isBelow(right, left)),
  );
}

/**
 * Whether a file is among the `writes` of a task. A name such as `[slug]` also matches itself, as in the
 * check of plans.
 * @param path relative to the root of the working tree; one outside of it is absolute, and is none
 */
export function isWrite(writes: readonly string[], path: string): boolean {
  if (path.startsWith('/')) return false;
  return writes.some((glob) => globsOverlap(readGlob(glob), [path.split('/')]));
}

function isBelow(path: readonly string[], directory: readonly string[]): boolean {
  return (
    path.length > directory.length &&
    directory.every((segment, at) => segment === path[at] && !WILDCARD.test(segment))
  );
}

/** Patterns too rare to analyse: negation, alternatives without braces, nested brackets. */
const TOO_RARE = /^!(?!\()|^[^(]*\||\{.*\(|\(.*\{|\[[^\]]*[{}/]/;

/** Reduces a glob to literal characters, braces, `?`, `*` and `**`. The result never matches less. */
function normalise(glob: string): string {
  if (TOO_RARE.test(glob)) return '**';
  const path = glob
    .replace(/^(?:\.\/)+/, '')
    .replace(/\/{2,}/g, '/')
    .replace(/\\./g, '?')
    // An extended pattern with a slash spans several segments.
    .replace(/[^/]*\(.*\/.*\)[^/]*/, '**')
    .replace(/[@!+?*]?\([^/]*\)[+?*]*/g, '*')
    .replace(/\[[^/{}]*\][+?*]*/g, '*')
    .replace(/\*{3,}/g, '**');
  if (path === '' || path === '.') return '**';
  return path.endsWith('/') ? `${path}**` : path;
}

const MAX_EXPANSIONS = 64;

/** Expands `{a,b}`. A pattern with more than {@link MAX_EXPANSIONS} alternatives becomes `**`. */
function expandBraces(glob: string): string[] {
  const done: string[] = [];
  const open = [glob];
  for (let pattern = open.pop(); pattern !== undefined; pattern = open.pop()) {
    const group = /\{([^{}]*)\}/.exec(pattern);
    if (!group) done.push(pattern);
    else if (!group[1]?.includes(',')) open.push(pattern.replace(group[0], '*'));
    else
      for (const choice of group[1].split(',')) open.push(pattern.replace(group[0], () => choice));
    if (done.length + open.length > MAX_EXPANSIONS) return ['**'];
  }
  return done;
}

const WILDCARD = /[?*]/;

function segmentsOverlap(a: readonly string[], b: readonly string[]): boolean {
  // Most pairs differ in a literal directory, which makes the costly comparison unnecessary.
  for (const [index, x] of a.entries()) {
    const y = b[index];
    if (y === undefined || WILDCARD.test(x) || WILDCARD.test(y)) break;
    if (x !== y) return false;
  }
  return canMeet(a, b, '**', (left, right) =>
    canMeet([...left], [...right], '*', (x, y) => x === y || x === '?' || y === '?'),
  );
}

/**
 * Whether two patterns can match the same sequence. `star` matches any number of items. The table
 * avoids trying every way to distribute the items.
 */
function canMeet(
  a: readonly string[],
  b: readonly string[],
  star: string,
  same: (x: string, y: string) => boolean,
): boolean {
  // row[j] is whether `a` from i on and `b` from j on can match the same sequence.
  let below: boolean[] = [];
  for (let i = a.length; i >= 0; i--) {
    const row: boolean[] = [];
    for (let j = b.length; j >= 0; j--) {
      const [x, y] = [a[i], b[j]];
      if (x === undefined && y === undefined) row[j] = true;
      else if (x === star || y === star) row[j] = below[j] === true || row[j + 1] === true;
      else row[j] = x !== undefined && y !== undefined && same(x, y) && below[j + 1] === true;
    }
    below = row;
  }
  return below[0] === true;
}
