import { findAttempt, loadActiveRuns } from '../operations/find-agent.ts';
import type { ProcessIdentity } from '../platform/process/process-identity.ts';
import { isRunning } from '../run/attempt.ts';
import type { RunState } from '../run/run-state.ts';
import type { Host } from '../store/host.ts';
import type { RunPaths } from '../store/run-paths.ts';

/** How often a worker looks for its supervisor; milliseconds. */
export const LOOK_MS = 5_000;

interface Known {
  paths: RunPaths;
  supervisor: string;
  process: ProcessIdentity;
}

/**
 * Notices, from within a worker, that its supervisor is gone while its workers still run: then the
 * guard was killed as well.
 * @param attempt the worker's attempt
 * @param onOrphaned called once, in the first worker of the ledger that still runs
 * @returns a function that stops it; it does not keep the process alive
 */
export function watchSupervisor(
  attempt: string,
  host: Pick<Host, 'root' | 'load' | 'isAlive'>,
  onOrphaned: (run: RunPaths, supervisor: string) => void,
): () => void {
  let known: Known | undefined;
  const look = () => {
    known ??= findSupervisor(attempt, host);
    if (!known || host.isAlive(known.process)) return;
    const { state } = host.load(known.paths);
    if (firstWorker(state, known.supervisor, host) !== attempt) return;
    clearInterval(timer);
    onOrphaned(known.paths, known.supervisor);
  };
  const timer = setInterval(() => {
    try {
      look();
    } catch {
      // An unreadable run stays as it is; `swarm doctor` reports it.
    }
  }, LOOK_MS).unref();
  return () => clearInterval(timer);
}

function findSupervisor(attempt: string, host: Pick<Host, 'root' | 'load'>): Known | undefined {
  const run = loadActiveRuns(host).find((one) => findAttempt(one, null, attempt));
  const { client: process, worker } = run?.state.attempts.get(attempt) ?? {};
  return run && process && worker
    ? { paths: run.paths, supervisor: worker.supervisor, process }
    : undefined;
}

function firstWorker(
  state: RunState,
  supervisor: string,
  { isAlive }: Pick<Host, 'isAlive'>,
): string | undefined {
  return [...state.attempts.values()].find(
    (one) =>
      one.worker?.supervisor === supervisor &&
      isRunning(one) &&
      one.worker.process !== null &&
      isAlive(one.worker.process),
  )?.id;
}
