import type { TaskKey, WorkerOptions } from '../ledger/events.ts';
import { sha256 } from '../platform/sha256.ts';
import { decidingAttempt } from './attempt.ts';
import { effortOf, modelOf } from './cost/model-of.ts';
import type { RunState, TaskState } from './run-state.ts';

/** What a worker takes from its surroundings where its options say nothing; null for none. */
interface WorkerSettings {
  model: string | null;
  permissions: string | null;
}

/**
 * The cache key of a task whose needs are completed. It covers everything that the task's agent is
 * told and started with; the contents of the repository are not part of it.
 * @param settings what environment and settings files add to the options
 * @param agent the text that defines its agent type, or the name if there is no such file
 */
export function cacheKeyOf(
  state: RunState,
  { plan }: TaskState,
  {
    agent,
    permissionMode,
    allowedTools,
    settings,
    ...options
  }: { agent: string; settings: WorkerSettings } & Pick<
    WorkerOptions,
    'model' | 'permissionMode' | 'allowedTools'
  >,
): TaskKey {
  const { goal, context } = state.opened;
  const model = modelOf(state, plan, options);
  const effort = effortOf(state, plan);
  // The order in which needs are listed has no effect.
  const reports = plan.needs
    .toSorted()
    .map((need) => [need, decidingAttempt(state.tasks.get(need)?.attempts ?? [])?.report?.sha256]);
  return {
    brief: hashOf([plan.title, plan.brief, plan.writes]),
    context: hashOf([goal, context]),
    agent: hashOf([agent, permissionMode, allowedTools, ...present(settings.permissions)]),
    // Null means the client's default.
    model: hashOf([model, ...present(settings.model), ...present(effort)]),
    needs: hashOf(reports),
  };
}

/** A key without settings stays what it was before they were part of it. */
function present(setting: string | null): string[] {
  return setting === null ? [] : [setting];
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

/** What differs between two keys, in words; empty if they are equal. */
export function describeDifference(a: TaskKey, b: TaskKey): string[] {
  const parts = Object.entries(PARTS) as [keyof TaskKey, string][];
  return parts.flatMap(([part, words]) => (a[part] === b[part] ? [] : words));
}

/** A text that is equal if and only if the keys are. */
export function cacheKeyText({ brief, context, agent, model, needs }: TaskKey): string {
  return [brief, context, agent, model, needs].join(' ');
}
