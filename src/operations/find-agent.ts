import { NewerLedgerError } from '../ledger/format.ts';
import { type Attempt, isRunning } from '../run/attempt.ts';
import { attemptOfAgent } from '../run/run-state.ts';
import type { Host } from '../store/host.ts';
import type { RunHandle } from '../store/run-handle.ts';
import { listActiveRuns } from '../store/run-index.ts';
import { runPaths } from '../store/run-paths.ts';

/** Every active run that can be read, and why the others cannot. */
export function readActiveRuns({ root, load }: Pick<Host, 'root' | 'load'>): {
  runs: RunHandle[];
  errors: Error[];
} {
  const errors: Error[] = [];
  const runs = listActiveRuns(root).flatMap((run) => {
    try {
      return load(runPaths(root, run));
    } catch (error) {
      errors.push(error as Error);
      return [];
    }
  });
  return { runs, errors };
}

/**
 * Every active run that can be read; `swarm doctor` reports the others.
 * @param onNewer called for each run with a newer ledger format than this version can read
 */
export function loadActiveRuns(
  host: Pick<Host, 'root' | 'load'>,
  onNewer: (error: NewerLedgerError) => void = () => {},
): RunHandle[] {
  const { runs, errors } = readActiveRuns(host);
  for (const error of errors) if (error instanceof NewerLedgerError) onNewer(error);
  return runs;
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
export function awaitsAgent(run: RunHandle, session: string, since = ''): boolean {
  return attemptsAwaitingAgent(run, session).some(({ launchedAt }) => launchedAt >= since);
}

/** The running attempts of a session whose agent is not known yet. */
export function attemptsAwaitingAgent({ state }: RunHandle, session: string): Attempt[] {
  return [...state.attempts.values()].filter(
    (attempt) => isRunning(attempt) && !attempt.agentId && attempt.session === session,
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
