import type { RunState } from './run-state.ts';

/** How often a state has changed since it was made; it is no part of the state, which may be as before. */
const revisions = new WeakMap<RunState, number>();

/** To be called with every change of a state. */
export function touch(state: RunState): void {
  revisions.set(state, (revisions.get(state) ?? 0) + 1);
}

/**
 * Of a large run the whole is looked at, so that is done once after a change, and not for each who
 * asks.
 * @returns a function that gives the same value, which nobody may change, until its state does
 */
export function memoizeByRevision<Value>(
  derive: (state: RunState) => Value,
): (state: RunState) => Value {
  const latest = new WeakMap<RunState, { revision: number; value: Value }>();
  return (state) => {
    const revision = revisions.get(state) ?? 0;
    const known = latest.get(state);
    if (known?.revision === revision) return known.value;
    const value = derive(state);
    latest.set(state, { revision, value });
    return value;
  };
}
