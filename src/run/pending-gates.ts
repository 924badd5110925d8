import { toPlainText } from '../text/sanitize.ts';
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

/** Tells a person what is waiting: the whole command, and how to approve or deny it. */
export function describePendingGates(state: RunState): string[] {
  return pendingGates(state).flatMap(({ name, task, gate }) => [
    `? task ${task} waits for you (${gate.rule}). ${gate.reason} It wants to run${inDirectory(gate)}:`,
    ...toPlainText(gate.command)
      .split('\n')
      .map((line) => `    ${line}`),
    gate.where === 'session'
      ? '  Answer in the session of Claude Code.'
      : `  swarm approve ${name}   allows exactly this, once\n  swarm deny ${name}   ends the task as denied`,
  ]);
}

/** ` in <directory>` for a gate, or an empty text for the root of the working tree. */
export function inDirectory({ directory }: Gate): string {
  return directory === '' ? '' : ` in ${directory}`;
}
