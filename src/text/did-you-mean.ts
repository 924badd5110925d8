/** A longer word may contain more mistakes: one for this many letters. */
const LETTERS_PER_MISTAKE = 3;

/**
 * Suggests the known word that is most similar to a misspelt one.
 * @returns ` (did you mean <word>?)`, or an empty string if no word is similar
 */
export function didYouMean(word: string, known: readonly string[]): string {
  const meant = normalize(word);
  const maxMistakes = Math.max(1, Math.floor(meant.length / LETTERS_PER_MISTAKE));
  const [nearest] = known
    .map((candidate) => ({ candidate, text: normalize(candidate) }))
    .filter(({ text }) => maybeSimilar(meant, text, maxMistakes))
    .map(({ candidate, text }) => ({ candidate, distance: distanceOf(meant, text) }))
    .filter(({ distance }) => distance <= maxMistakes)
    .sort((a, b) => a.distance - b.distance);
  return nearest ? ` (did you mean ${nearest.candidate}?)` : '';
}

/** Makes `max_parallel` and `max-parallel` equal to `maxParallel`. */
function normalize(word: string): string {
  // No field and no id is longer.
  return word.slice(0, 64).toLowerCase().replace(/[_-]/g, '');
}

/** A cheap test that most words fail; computing a distance takes time in the product of lengths. */
function maybeSimilar(meant: string, known: string, maxMistakes: number): boolean {
  return Math.abs(meant.length - known.length) <= maxMistakes || isPrefix(meant, known);
}

/** One word is the beginning of the other, which counts as a single mistake. */
function isPrefix(meant: string, known: string): boolean {
  return meant.length > 2 && (known.startsWith(meant) || meant.startsWith(known));
}

function distanceOf(meant: string, known: string): number {
  return meant !== known && isPrefix(meant, known) ? 1 : editDistance(meant, known);
}

/** How many letters must be inserted, deleted, replaced, or swapped with the next one. */
function editDistance(a: string, b: string): number {
  const infinite = Number.POSITIVE_INFINITY;
  // The rows of the usual table for the last two letters of `a`; only these are needed.
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] ?? infinite) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? (beforeLast[j - 2] ?? infinite) + 1 : infinite;
      row.push(
        Math.min((last[j] ?? infinite) + 1, (row[j - 1] ?? infinite) + 1, replaced, swapped),
      );
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? infinite;
}
