/**
 * Whether two globs can match the same path. Braces are expanded; a character class or an extended
 * pattern counts as `*`, so the answer errs towards an overlap.
 */
export function globsOverlap(a: string, b: string): boolean {
  return expandBraces(normalise(a)).some((left) =>
    expandBraces(normalise(b)).some((right) => segmentsOverlap(left.split('/'), right.split('/'))),
  );
}

function normalise(glob: string): string {
  const path = glob.replace(/^(?:\.\/)+/, '').replace(/\/{2,}/g, '/');
  return path.endsWith('/') ? `${path}**` : path;
}

const MAX_EXPANSIONS = 64;

/** Expands `{a,b}`; a pattern with too many alternatives is widened to `**`. */
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

function segmentsOverlap(a: string[], b: string[]): boolean {
  const [headA, ...restA] = a;
  const [headB, ...restB] = b;
  if (headA === undefined || headB === undefined) {
    return [...a, ...b].every((segment) => segment === '**');
  }
  if (headA === '**') return segmentsOverlap(restA, b) || segmentsOverlap(a, restB);
  if (headB === '**') return segmentsOverlap(a, restB) || segmentsOverlap(restA, b);
  return wordsOverlap(toWildcards(headA), toWildcards(headB)) && segmentsOverlap(restA, restB);
}

/** Reduces a path segment to literal characters, `?` and `*`. */
function toWildcards(segment: string): string {
  return segment
    .replace(/[@!+?*]\([^)]*\)/g, '*')
    .replace(/\[[^\]]*\]/g, '?')
    .replace(/\*+/g, '*');
}

function wordsOverlap(a: string, b: string): boolean {
  if (a === '' || b === '') return /^\**$/.test(a + b);
  if (a[0] === '*') return wordsOverlap(a.slice(1), b) || wordsOverlap(a, b.slice(1));
  if (b[0] === '*') return wordsOverlap(a, b.slice(1)) || wordsOverlap(a.slice(1), b);
  const same = a[0] === b[0] || a[0] === '?' || b[0] === '?';
  return same && wordsOverlap(a.slice(1), b.slice(1));
}
