import { runId } from '../ledger/events.ts';
import { taskId } from '../plan/plan-schema.ts';

/** A task of a run, written `<run-id>/<task-id>`. */
export interface TaskRef {
  run: string;
  task: string;
}

/** Reads `<run-id>/<task-id>`; null when it is none. */
export function parseTaskRef(text: string): TaskRef | null {
  const [run = '', task = '', ...rest] = text.split('/');
  const isRef = rest.length === 0 && runId.safeParse(run).success && taskId.safeParse(task).success;
  return isRef ? { run, task } : null;
}

const TOKEN = /^\s*swarm:(\S+)/;

export function launchToken({ run, task }: TaskRef): string {
  return `swarm:${run}/${task}`;
}

/**
 * The launch token on the first line of a prompt.
 * @returns null when there is none, and `malformed` with the text when it names no task
 */
export function findLaunchToken(prompt: string): { ref: TaskRef } | { malformed: string } | null {
  const [, name] = TOKEN.exec(prompt) ?? [];
  if (name === undefined) return null;
  const ref = parseTaskRef(name);
  return ref ? { ref } : { malformed: name };
}
