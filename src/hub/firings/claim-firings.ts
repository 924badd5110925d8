import type { ProcessIdentity } from '../../platform/process/process-identity.ts';
import { isoOf } from '../schedules/due-times.ts';
import type { EventOf } from '../store/history-events.ts';
import type { Firing } from '../store/history-state.ts';

/**
 * The claims with which a process takes over the firings that nobody decides about: new ones, and
 * those of a process that has died. The order in the history decides whether a claim counts.
 * @param now milliseconds
 */
export function claimFirings(
  firings: Iterable<Firing>,
  owner: EventOf<'firing.claimed'>['owner'],
  isAlive: (process: ProcessIdentity) => boolean,
  now: number,
): EventOf<'firing.claimed'>[] {
  const alive = new Map<string, boolean>();
  const isTaken = ({ owner: other }: Firing) => {
    if (!other) return false;
    if (other.id === owner.id) return true;
    const known = alive.get(other.id) ?? isAlive(other.process);
    alive.set(other.id, known);
    return known;
  };
  return [...firings]
    .filter((firing) => firing.outcome === 'waiting' && !isTaken(firing))
    .map((firing) => ({
      event: 'firing.claimed',
      at: isoOf(now),
      firing: firing.id,
      owner,
      after: firing.owner?.id ?? null,
    }));
}
