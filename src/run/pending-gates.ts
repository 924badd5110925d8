import { type Gate, openSessionGate, pendingGate } from './gate.ts';
import type { RunState } from './run-state.ts';
import { taskStatuses } from './task-status.ts';

/** A task that is waiting for a person, and the decision that it needs. */
export interface PendingGate {
  /** As `<run-id>/<task-id>`. */
  name: string;
  task: string;
  gate: Gate;
}

/** The gates that are waiting for a person, in plan order. */
export function pendingGates(state: RunState): PendingGate[] {
  return [...taskStatuses(state)].flatMap(([task, status]) => {
    const attempt = state.tasks.get(task)?.attempts.at(-1);
    const gate = attempt && (openSessionGate(attempt) ?? pendingGate(attempt));
    if (status !== 'input_required' || !gate) return [];
    return { name: `${state.opened.run}/${task}`, task, gate };
  });
}
