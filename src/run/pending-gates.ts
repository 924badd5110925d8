import { toPlainText } from '../text/sanitize.ts';
import { type Gate, openSessionGate, pendingGate } from './gate.ts';
import type { RunState } from './run-state.ts';
import { taskStatuses } from './task-status.ts';

/** A task that waits for a person, and what for. */
export interface PendingGate {
  /** As `<run-id>/<task-id>`. */
  name: string;
  task: string;
  gate: Gate;
}

/** What waits for a person, in plan order. */
export function pendingGates(state: RunState): PendingGate[] {
  return [...taskStatuses(state)].flatMap(([task, status]) => {
    const attempt = state.tasks.get(task)?.attempts.at(-1);
    const gate = attempt && (openSessionGate(attempt) ?? pendingGate(attempt));
    if (status !== 'input_required' || !gate) return [];
    return { name: `${state.opened.run}/${task}`, task, gate };
  });
}

/** What waits for a person, for that person: the whole command, and how to decide. */
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

/** ` in <directory>` of a gate, where that is not the root. */
export function inDirectory({ directory }: Pick<Gate, 'directory'>): string {
  return directory === '' ? '' : ` in ${directory}`;
}
