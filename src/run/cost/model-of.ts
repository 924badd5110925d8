import type { RunOpened, WorkerOptions } from '../../ledger/events.ts';
import type { Task } from '../../plan/plan-schema.ts';

/**
 * The model of a task's agent: its own, else that of the run, else that of its tier.
 * @param options of the workers; a conversation has none
 */
export function modelOf(
  { opened }: { opened: Pick<RunOpened, 'policy'> },
  { model, tier }: Pick<Task, 'model' | 'tier'>,
  options: Pick<WorkerOptions, 'model'> = { model: null },
): string | null {
  return model ?? options.model ?? opened.policy.tiers[tier].model;
}

/** The effort of a task's agent: its own, else that of its tier; null means the client's default. */
export function effortOf(
  { opened }: { opened: Pick<RunOpened, 'policy'> },
  { effort, tier }: Pick<Task, 'effort' | 'tier'>,
): string | null {
  return effort ?? opened.policy.tiers[tier].effort;
}
