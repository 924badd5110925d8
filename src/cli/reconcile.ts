import type { RunState } from '../run/run-state.ts';
import type { CliContext } from './cli-context.ts';

/** The run with dead processes treated as interrupted; nothing is written. */
export async function reconcile(state: RunState, { host }: CliContext): Promise<RunState> {
  const { reconcileRun } = await import('../operations/reconcile-run.ts');
  return reconcileRun(state, await host());
}
