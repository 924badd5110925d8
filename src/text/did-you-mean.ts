/** One letter in so many may be wrong. */
const LETTERS_PER_MISTAKE = 3;

/** ` (did you mean <word>?)` with the known word that is nearest to a misspelt one; empty when none is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const meant = plain(word);
  const most = Math.max(1, Math.floor(meant.length / LETTERS_PER_MISTAKE));
  const [nearest] = known
    .filter((candidate) => mayBeNear(meant, plain(candidate), most))
    .map((candidate) => ({ candidate, distance: distanceOf(meant, plain(candidate)) }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance);
  return nearest ? ` (did you mean ${nearest.candidate}?)` : '';
}

/** `max_parallel` and `max-parallel` are `maxParallel`. */
function plain(word: string): string {
  // Nothing that is longer was meant to be a field or an id.
  return word.slice(0, 64).toLowerCase().replace(/[_-]/g, '');
}

/** Spares most comparisons, which take time that grows with the length of both. */
function mayBeNear(meant: string, known: string, most: number): boolean {
  return Math.abs(meant.length - known.length) <= most || isBegun(meant, known);
}

/** A word that is only begun, or goes on, is as near as one with a single mistake. */
function isBegun(meant: string, known: string): boolean {
  return meant.length > 2 && (known.startsWith(meant) || meant.startsWith(known));
}

function distanceOf(meant: string, known: string): number {
  return meant !== known && isBegun(meant, known) ? 1 : editDistance(meant, known);
}

/** How many letters have to be put in, taken out or replaced, or neighbours swapped. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number) => rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          at(i - 1, j - 1) + (isSame ? 0 : 1),
          isSwap ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
  }
  return at(a.length, b.length);
}
