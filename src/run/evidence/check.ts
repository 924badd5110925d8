import type { CheckResult } from '../../ledger/events.ts';
import type { Span } from '../clock-jumps.ts';

/** The checks of an attempt, or of a run as a whole. */
export interface CheckState {
  /** Whether a report counts only once the checks have passed. */
  isRequired: boolean;
  /** How often they have ended; every time but the last, the output went back to the agent. */
  rounds: number;
  /** When the round that is running began; null if none is. */
  runningSince: string | null;
  /** The outcome of the last round; null before the first has ended. */
  isPassed: boolean | null;
  /** The commands of the last round, up to the first that failed. */
  results: readonly CheckResult[];
  /** The output of all rounds, relative to the run's directory; null before the first has ended. */
  output: string | null;
  /** When the last round ended. */
  endedAt: string | null;
  /** When rounds ran, which is no time of the agent's. */
  spans: Span[];
}

export function noChecks(isRequired: boolean): CheckState {
  return {
    isRequired,
    rounds: 0,
    runningSince: null,
    isPassed: null,
    results: [],
    output: null,
    endedAt: null,
    spans: [],
  };
}

export function checkStarted(checks: CheckState, at: string): void {
  checks.runningSince ??= at;
}

export function checkEnded(
  checks: CheckState,
  event: { at: string; isPassed: boolean; results: readonly CheckResult[]; output: string },
): void {
  const { at, isPassed, results, output } = event;
  const from = Date.parse(checks.runningSince ?? at);
  checks.spans.push({ from, to: Date.parse(at) });
  Object.assign(checks, { isPassed, results, output, endedAt: at, runningSince: null });
  checks.rounds++;
}

/** In one line, such as `the check \`npm test\` failed: exit code 1`. */
export function describeFailedCheck({ results }: CheckState): string {
  const last = results.at(-1);
  if (!last) return 'its check did not run';
  return `the check \`${last.command}\` failed: ${howItEnded(last)}`;
}

export function howItEnded({ failure, exitCode }: CheckResult): string {
  return failure ?? `exit code ${exitCode}`;
}
