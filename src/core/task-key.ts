import type { TaskKey } from '../schema/ledger-event.ts';
import { decidingAttempt } from './attempt.ts';
import type { RunState } from './run-state.ts';
import { sha256 } from './sha256.ts';
import type { TaskState } from './task-status.ts';

/**
 * The key of a task whose needs are completed.
 * @param agent the definition of its agent, or where there is none to read, its name
 * @param model what was asked for; null for the client's own choice
 */
export function keyOfTask(
  state: RunState,
  { plan }: TaskState,
  { agent, model }: { agent: string; model: string | null },
): TaskKey {
  const reports = plan.needs.map((need) => [
    need,
    decidingAttempt(state.tasks.get(need)?.attempts ?? [])?.report?.sha256,
  ]);
  return {
    brief: sha256(plan.brief),
    context: sha256(state.opened.context),
    agent: sha256(agent),
    model: sha256(model ?? ''),
    needs: sha256(JSON.stringify(reports)),
  };
}

const PARTS: Readonly<Record<keyof TaskKey, string>> = {
  brief: 'its brief',
  context: 'the shared context',
  agent: 'its agent',
  model: 'the model',
  needs: 'a report that it needs',
};

/** What differs between two keys, in words; empty when nothing does. */
export function describeDifference(a: TaskKey, b: TaskKey): string[] {
  const parts = Object.entries(PARTS) as [keyof TaskKey, string][];
  return parts.flatMap(([part, words]) => (a[part] === b[part] ? [] : words));
}

/** A text that is the same for equal keys alone. */
export function keyText({ brief, context, agent, model, needs }: TaskKey): string {
  return [brief, context, agent, model, needs].join(' ');
}
