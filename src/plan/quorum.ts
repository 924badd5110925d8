import type { Quorum } from './plan-schema.ts';

/** How many of `total` tasks must complete for the run to complete; a percentage is rounded up. */
export function countNeeded(quorum: Quorum, total: number): number {
  if (quorum === 'all') return total;
  if (typeof quorum === 'number') return Math.min(quorum, total);
  return Math.ceil((total * Number.parseInt(quorum, 10)) / 100);
}
