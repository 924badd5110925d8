import { countRunning, type RunState } from './run-state.ts';

/** Whether anybody works at a run, as far as its ledger tells: a supervisor has it, or agents are at work. */
export function isActive(state: RunState): boolean {
  return state.supervision.current !== null || countRunning(state) > 0;
}
