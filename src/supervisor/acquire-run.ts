import { ATTEMPT_VARIABLE } from '../claude/worker-variables.ts';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import type { WorkerOptions } from '../ledger/events.ts';
import { recordDeadSessions, recordSessionsEnded } from '../operations/sessions.ts';
import { type ProcessTree, terminateProcessTrees } from '../platform/process/kill-process-tree.ts';
import type { ProcessIdentity } from '../platform/process/process-identity.ts';
import { type Attempt, isRunning } from '../run/attempt.ts';
import type { Supervisor } from '../run/run-state.ts';
import { commit } from '../store/commit.ts';
import type { Host } from '../store/host.ts';
import { type RunHandle, refresh } from '../store/run-handle.ts';

/**
 * Makes a supervisor the owner of a run. Processes that a dead supervisor left behind are ended
 * first, and agents of a session whose client is gone are recorded as interrupted.
 * @throws {SwarmError} if another supervisor owns it, or a session has running agents in it
 */
export async function acquireRun(
  run: RunHandle,
  supervisor: Supervisor,
  settings: { maxParallel: number; options: WorkerOptions },
  host: Host,
): Promise<void> {
  refresh(run);
  refuseIfTaken(run, host);
  await reapOrphans(run, host);
  recordDeadSessions(run, host);
  const replaces = run.state.supervision.current?.id ?? null;
  const started = {
    event: 'supervisor.started',
    at: host.now(),
    supervisor: supervisor.id,
    process: supervisor.process,
    replaces,
    ...settings,
  } as const;
  commit(run, [started], host);
  // If two start at the same moment, the first in the ledger wins.
  if (run.state.supervision.current?.id === supervisor.id) return;
  refuseIfTaken(run, host);
  const id = run.paths.run;
  throw new SwarmError(
    `another process acquired run ${id} first and has exited`,
    EXIT.notCompleted,
    { hint: { code: 'resume_run', run: id } },
  );
}

function refuseIfTaken(run: RunHandle, { isAlive }: Host): void {
  const id = run.paths.run;
  const holder = run.state.supervision.current;
  if (holder && isAlive(holder.process)) {
    throw new SwarmError(
      `process ${holder.process.pid} is already executing run ${id}`,
      EXIT.notCompleted,
      { hint: { code: 'watch_or_cancel_run', run: id } },
    );
  }
  const foreign = [...run.state.attempts.values()].find(
    (attempt) => !attempt.worker && attempt.client && isRunning(attempt) && isAlive(attempt.client),
  );
  if (foreign) {
    throw new SwarmError(
      `agents of a Claude Code session (process ${foreign.client?.pid}) are working on run ${id}; wait until they have ended`,
      EXIT.notCompleted,
      { hint: { code: 'watch_or_cancel_run', run: id } },
    );
  }
}

/** How long workers of a dead supervisor may take to exit; milliseconds. */
const GRACE_MS = 2_000;

/**
 * Ends the workers that a dead supervisor left behind, found by their recorded identity, and
 * records their attempts as interrupted. Does nothing while the supervisor is alive.
 */
export async function reapOrphans(run: RunHandle, host: Host): Promise<void> {
  const holder = run.state.supervision.current;
  if (holder && host.isAlive(holder.process)) return;
  await terminateProcessTrees(orphansOf(run), GRACE_MS);
  refresh(run);
  // Another supervisor may have started meanwhile, with workers of its own.
  const isOrphan = ({ worker, client }: Attempt) =>
    worker !== null && !isElsewhere(worker) && !(client && host.isAlive(client));
  recordSessionsEnded(run, isOrphan, 'its supervisor is gone', host);
  releaseRun(run, holder, 'found dead', host);
}

/** Records that a supervisor no longer owns the run. */
export function releaseRun(
  run: RunHandle,
  supervisor: Supervisor | null,
  reason: string,
  host: Host,
): void {
  if (!supervisor || run.state.supervision.current?.id !== supervisor.id) return;
  const at = host.now();
  commit(run, [{ event: 'supervisor.ended', at, supervisor: supervisor.id, reason }], host);
}

/** Whether an attempt is out in a pool, where it continues without a supervisor. */
function isElsewhere({ pool, process }: NonNullable<Attempt['worker']>): boolean {
  return pool !== null && process === null;
}

/** No process has this id. A worker whose identity is unknown or ambiguous is found by its tag. */
const UNKNOWN: ProcessIdentity = { pid: 2 ** 31 - 1, startedAt: null };

function orphansOf(run: RunHandle): ProcessTree[] {
  return [...run.state.attempts.values()].flatMap((attempt) => {
    const { worker, id } = attempt;
    const isKnownToHaveEnded = attempt.refusal || run.state.agents.get(id)?.ends.length;
    if (!worker || isElsewhere(worker) || isKnownToHaveEnded) return [];
    const isCertain = worker.process?.startedAt != null;
    const leader = isCertain && worker.process ? worker.process : UNKNOWN;
    return { leader, envTag: `${ATTEMPT_VARIABLE}=${id}` };
  });
}
