import { countAtWork, type RunState } from './run-state.ts';

/** Whether anybody works at a run, as far as its ledger tells: a supervisor has it, or agents are at work. */
export function isExecuted(state: RunState): boolean {
  return state.supervision.current !== null || countAtWork(state) > 0;
}
