import type { RunState } from '../run/run-state.ts';
import type { CliContext } from './cli-context.ts';

/** The run with dead processes treated as interrupted; nothing is written. */
export async function reconcile(state: RunState, { now }: CliContext): Promise<RunState> {
  const { reconcileRun } = await import('../operations/reconcile-run.ts');
  const { isAlive } = await import('../platform/process-identity.ts');
  return reconcileRun(state, { now, isAlive });
}
