import type { OverlapPolicy } from '../config/triggers-schema.ts';
import type { EventOf } from '../store/history-events.ts';
import type { Firing } from '../store/history-state.ts';

/** What a trigger allows. */
export interface FiringRules {
  overlap: OverlapPolicy;
  /** How many of its runs may work at once. */
  concurrency: number;
  /** How many firings may start now because of the rate limit; null for any number. */
  left: number | null;
}

export type FiringDecision =
  | { do: 'start'; firing: Firing }
  | { do: 'skip'; firing: Firing; reason: EventOf<'firing.skipped'>['reason'] }
  /** It waits until an earlier run has ended. */
  | { do: 'wait'; firing: Firing }
  /** Its run is cancelled so that a newer firing can start. */
  | { do: 'cancel'; firing: Firing };

/**
 * Decides what becomes of the firings of one trigger. For a firing that waits already, nothing is
 * decided. The policies are Temporal's.
 * @param firings those of the trigger that wait or whose runs are working, oldest first
 */
export function decideFirings(firings: readonly Firing[], rules: FiringRules): FiringDecision[] {
  const running = firings.filter(({ outcome }) => outcome === 'started');
  const decisions: FiringDecision[] = [];
  let working = running.length;
  let started = 0;
  let buffered: Firing[] = [];
  for (const firing of firings.filter(({ outcome }) => outcome === 'waiting')) {
    const overlap = firing.overlap ?? rules.overlap;
    // A person who asks for a firing is not limited.
    if (rules.left !== null && firing.by === null && started >= rules.left) {
      decisions.push({ do: 'skip', firing, reason: 'rate' });
    } else if (overlap === 'allow_all' || (working < rules.concurrency && buffered.length === 0)) {
      decisions.push({ do: 'start', firing });
      working++;
      started++;
    } else if (overlap === 'skip') {
      decisions.push({ do: 'skip', firing, reason: 'overlap' });
    } else if (overlap === 'buffer_one' && buffered.length > 0) {
      decisions.push({ do: 'skip', firing, reason: 'buffer_full' });
    } else if (overlap === 'cancel_other') {
      for (const other of buffered)
        decisions.push({ do: 'skip', firing: other, reason: 'overlap' });
      buffered = [firing];
    } else {
      buffered.push(firing);
    }
  }
  const isReplacing = buffered.some((one) => (one.overlap ?? rules.overlap) === 'cancel_other');
  const replaced = isReplacing ? running : [];
  return [
    ...decisions,
    ...buffered.flatMap((firing): FiringDecision[] =>
      firing.isBuffered ? [] : [{ do: 'wait', firing }],
    ),
    ...replaced.map((firing): FiringDecision => ({ do: 'cancel', firing })),
  ];
}
