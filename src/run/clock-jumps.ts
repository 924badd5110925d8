/** A span of time; milliseconds since 1970. */
export interface Span {
  from: number;
  to: number;
}

/** Length of the union of spans after `since`, in milliseconds: what overlaps counts once. */
export function unionLength(spans: readonly Span[], since = Number.NEGATIVE_INFINITY): number {
  let [sum, counted] = [0, since];
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    sum += Math.max(0, to - Math.max(from, counted));
    counted = Math.max(counted, to);
  }
  return sum;
}

/** Longest interval between two looks at the clock that counts as time; milliseconds. */
const LONGEST_TICK_MS = 15_000;

/**
 * Watches a clock that is looked at every few seconds. A longer gap is a jump: the machine was
 * suspended, this process was stopped, or somebody set the clock.
 * @param now milliseconds since 1970
 * @returns a function that looks at the clock, and returns the jump since the last look
 */
export function watchClock(now: () => number): () => Span | null {
  let last = now();
  return () => {
    const from = last;
    last = now();
    return last - from > LONGEST_TICK_MS ? { from, to: last } : null;
  };
}
