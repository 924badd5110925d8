import type { Quorum } from '../plan/plan-schema.ts';

/** How many of `total` tasks must complete for the run to complete. */
export function countNeeded(quorum: Quorum, total: number): number {
  if (quorum === 'all') return total;
  if (typeof quorum === 'number') return Math.min(quorum, total);
  return Math.ceil((total * Number.parseInt(quorum, 10)) / 100);
}
