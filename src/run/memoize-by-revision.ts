import type { RunState } from './run-state.ts';

type Revisions = WeakMap<RunState, number>;

/**
 * How often a state has changed. It is kept apart so that equal states compare as equal, and once per
 * process: several bundles that include this module may have the same state in hand.
 */
const revisions = shared(Symbol.for('swarm-parallel.revisions'));

function shared(key: symbol): Revisions {
  const holder = globalThis as { [key: symbol]: Revisions | undefined };
  holder[key] ??= new WeakMap();
  return holder[key];
}

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
