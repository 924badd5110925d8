import type { MergeStep } from '../../ledger/events.ts';
import type { Task } from '../../plan/plan-schema.ts';
import type { RunState } from '../../run/run-state.ts';
import { commit } from '../../store/commit.ts';
import type { Host } from '../../store/host.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { resolveBrief } from '../../view/prompts/resolve-brief.ts';

/**
 * Adds a task to a run for each conflict that its merge has left. An agent does it in a worktree that
 * shows the conflict, and the check of the merge decides whether it is done.
 * @returns the ids of the tasks
 */
export function addResolvers(run: RunHandle, host: Host): string[] {
  const { state } = run;
  const conflicts = [...(state.merge?.steps ?? [])].filter(
    ([, { outcome }]) => outcome === 'conflict',
  );
  const added = conflicts.map(([task, step]) => resolverOf(state, task, step));
  const at = host.now();
  commit(
    run,
    added.map((one) => ({ event: 'task.added', at, added: one }) as const),
    host,
  );
  return added.map(({ id }) => id);
}

/** The longest id of a task. */
const MAX_ID = 64;

function resolverOf(state: RunState, task: string, step: MergeStep): Task {
  const names = step.others.slice(0, 3).join(', ') || 'what was merged before';
  const { tier = 'medium' } = state.tasks.get(task)?.plan ?? {};
  return {
    id: freeId(state, `resolve-${task}`),
    title: `Resolve the conflict of ${task} with ${names}`.slice(0, 120),
    agent: 'swarm-worker',
    tier: tier === 'quick' ? 'medium' : tier,
    needs: [task, ...step.others],
    writes: ['**'],
    check: [...(state.merge?.check ?? [])],
    brief: resolveBrief(state, task, step),
    resolves: task,
  };
}

function freeId({ tasks }: RunState, name: string): string {
  for (let serial = 1; ; serial++) {
    const suffix = serial === 1 ? '' : `-${serial}`;
    const id = name.slice(0, MAX_ID - suffix.length).replace(/-+$/, '') + suffix;
    if (!tasks.has(id)) return id;
  }
}
