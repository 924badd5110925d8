/**
 * What became of an order. `ended`: its agent came to an end, with or without a report. `failed`: this
 * machine could not execute it.
 */
export const OUTCOMES = [
  'ended',
  'refused',
  'failed',
  'cancelled',
  'interrupted',
  'returned',
  'lost',
] as const;
export type Outcome = (typeof OUTCOMES)[number];
