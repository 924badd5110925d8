import { NewerLedgerError } from '../ledger/format.ts';
import { type Attempt, isRunning } from '../run/attempt.ts';
import { attemptOfAgent } from '../run/run-state.ts';
import type { Host } from '../store/host.ts';
import type { RunHandle } from '../store/run-handle.ts';
import { listActiveRuns } from '../store/run-index.ts';
import { runPaths } from '../store/run-paths.ts';

/**
 * Every active run that can be read; `swarm doctor` reports the others.
 * @param onNewer called for each run with a newer ledger format than this version can read
 */
export function loadActiveRuns(
  { root, load }: Pick<Host, 'root' | 'load'>,
  onNewer: (error: NewerLedgerError) => void = () => {},
): RunHandle[] {
  return listActiveRuns(root).flatMap((run) => {
    try {
      return load(runPaths(root, run));
    } catch (error) {
      if (error instanceof NewerLedgerError) onNewer(error);
      return [];
    }
  });
}

/**
 * The runs an agent may belong to: the one that knows it, otherwise those of the session that have
 * a launch without a known agent.
 */
export function runsOfAgent(
  runs: readonly RunHandle[],
  agent: { agentId: string | null; attempt?: string | null; session: string },
): RunHandle[] {
  const known = runs.filter((run) => findAttempt(run, agent.agentId, agent.attempt ?? null));
  if (known.length > 0) return known;
  return runs.filter((run) => awaitsAgent(run, agent.session));
}

/**
 * Whether the agent of a launch of the session is not known yet.
 * @param since the earliest launch to consider
 */
export function awaitsAgent({ state }: RunHandle, session: string, since = ''): boolean {
  return [...state.attempts.values()].some(
    (attempt) =>
      isRunning(attempt) &&
      !attempt.agentId &&
      attempt.session === session &&
      attempt.launchedAt >= since,
  );
}

export function findAttempt(
  run: RunHandle,
  agentId: string | null,
  attempt: string | null,
): Attempt | undefined {
  const byCall = attempt ? run.state.attempts.get(attempt) : undefined;
  return byCall ?? (agentId ? attemptOfAgent(run.state, agentId) : undefined);
}
