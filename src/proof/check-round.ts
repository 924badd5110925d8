import type { CheckResult } from '../ledger/events.ts';

/** One round of checks. */
export interface CheckRound {
  isPassed: boolean;
  results: CheckResult[];
  /** Path of the whole output, absolute. */
  output: string;
  /** The last part of the output. */
  tail: string;
}
