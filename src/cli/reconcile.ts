import type { RunState, SeenRun } from '../run/run-state.ts';
import type { CliContext } from './cli-context.ts';

/** The run as this machine sees it: without dead processes, and with its session if that is alive. */
export async function reconcile(state: RunState, { host }: CliContext): Promise<SeenRun> {
  const { reconcileRun } = await import('../operations/reconcile-run.ts');
  return reconcileRun(state, await host());
}
