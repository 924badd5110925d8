import { sanitize } from '../text/sanitize.ts';
import { type Gate, gateBehind, gateInSession } from './gate.ts';
import type { RunState } from './run-state.ts';
import { taskStatuses } from './task-status.ts';

/** A task that waits for a person, and what for. */
export interface WaitingGate {
  /** As `<run-id>/<task-id>`. */
  name: string;
  task: string;
  gate: Gate;
}

/** What waits for a person, in plan order. */
export function waitingGates(state: RunState): WaitingGate[] {
  return [...taskStatuses(state)].flatMap(([task, status]) => {
    const attempt = state.tasks.get(task)?.attempts.at(-1);
    const gate = attempt && (gateInSession(attempt) ?? gateBehind(attempt));
    if (status !== 'input_required' || !gate) return [];
    return { name: `${state.opened.run}/${task}`, task, gate };
  });
}

/** What waits for a person, for that person: the whole command, and how to decide. */
export function describeWaiting(state: RunState): string[] {
  return waitingGates(state).flatMap(({ name, task, gate }) => [
    `? task ${task} waits for you (${gate.rule}). ${gate.reason} It wants to run${inDirectory(gate)}:`,
    ...sanitize(gate.command)
      .split('\n')
      .map((line) => `    ${line}`),
    gate.where === 'session'
      ? '  Answer in the session of Claude Code.'
      : `  swarm approve ${name}   allows exactly this, once\n  swarm deny ${name}   ends the task as denied`,
  ]);
}

/** ` in <directory>` of a gate, where that is not the root. */
export function inDirectory({ directory }: Gate): string {
  return directory === '' ? '' : ` in ${directory}`;
}
