import type { RunState } from './run-state.ts';

/** How often a state has changed. It is kept apart so that equal states compare as equal. */
const revisions = new WeakMap<RunState, number>();

/** Must be called after every change of a state. */
export function touch(state: RunState): void {
  revisions.set(state, (revisions.get(state) ?? 0) + 1);
}

/**
 * Deriving a value visits the whole run, so the result is cached until the state changes.
 * @param derive must depend on the state alone
 * @returns a function whose result must not be modified: it is shared by all callers
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
