import { runId } from '../ledger/events.ts';
import { taskId } from '../plan/plan-schema.ts';

/** A task of a run, written `<run-id>/<task-id>`. */
export interface TaskRef {
  run: string;
  task: string;
}

/** Parses `<run-id>/<task-id>`; null if the text is anything else. */
export function parseTaskRef(text: string): TaskRef | null {
  const [run = '', task = '', ...rest] = text.split('/');
  const isRef = rest.length === 0 && runId.safeParse(run).success && taskId.safeParse(task).success;
  return isRef ? { run, task } : null;
}

/** A name behind it, such as that of a file, makes it a path. */
const REF = /\d{8}-\d{6}-\w{6}\/[a-z0-9-]+(?![\w/]|\.\w)/g;

/** Every reference to a task in a text, each once. */
export function findTaskRefs(text: string): TaskRef[] {
  return [...new Set(text.match(REF))].flatMap((ref) => parseTaskRef(ref) ?? []);
}

const TOKEN = /^\s*swarm:(\S+)/;

/** The first line of a prompt that launches a task. */
export function launchToken({ run, task }: TaskRef): string {
  return `swarm:${run}/${task}`;
}

/**
 * The launch token on the first line of a prompt.
 * @returns null if there is none, and `malformed` with the text if it names no task
 */
export function findLaunchToken(prompt: string): { ref: TaskRef } | { malformed: string } | null {
  const [, name] = TOKEN.exec(prompt) ?? [];
  if (name === undefined) return null;
  const ref = parseTaskRef(name);
  return ref ? { ref } : { malformed: name };
}
