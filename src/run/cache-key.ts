import type { TaskKey, WorkerOptions } from '../ledger/events.ts';
import { sha256 } from '../platform/sha256.ts';
import { decidingAttempt } from './attempt.ts';
import type { RunState } from './run-state.ts';
import type { TaskState } from './task-status.ts';

/**
 * The key of a task whose needs are completed. All that its agent is told counts, and all that it
 * is started with.
 * @param agent the definition of its agent, or where there is none to read, its name
 */
export function cacheKeyOf(
  state: RunState,
  { plan }: TaskState,
  {
    agent,
    model,
    permissionMode,
    allowedTools,
  }: { agent: string } & Pick<WorkerOptions, 'model' | 'permissionMode' | 'allowedTools'>,
): TaskKey {
  const { goal, context } = state.opened;
  // In which order they are named changes nothing.
  const reports = plan.needs
    .toSorted()
    .map((need) => [need, decidingAttempt(state.tasks.get(need)?.attempts ?? [])?.report?.sha256]);
  return {
    brief: hashOf([plan.title, plan.brief, plan.writes]),
    context: hashOf([goal, context]),
    agent: hashOf([agent, permissionMode, allowedTools]),
    // Null is the client's own choice.
    model: hashOf([model]),
    needs: hashOf(reports),
  };
}

function hashOf(parts: readonly unknown[]): string {
  return sha256(JSON.stringify(parts));
}

const PARTS: Readonly<Record<keyof TaskKey, string>> = {
  brief: 'its part of the plan',
  context: 'the goal or the shared context',
  agent: 'its agent or what it may use',
  model: 'the model',
  needs: 'a report that it needs',
};

/** What differs between two keys, in words; empty when nothing does. */
export function describeDifference(a: TaskKey, b: TaskKey): string[] {
  const parts = Object.entries(PARTS) as [keyof TaskKey, string][];
  return parts.flatMap(([part, words]) => (a[part] === b[part] ? [] : words));
}

/** A text that is the same for equal keys alone. */
export function cacheKeyText({ brief, context, agent, model, needs }: TaskKey): string {
  return [brief, context, agent, model, needs].join(' ');
}
