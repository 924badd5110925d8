import { existsSync } from 'node:fs';
import { DEFAULT_WORKER_OPTIONS } from '../claude/command-line.ts';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import type { WorkerOptions } from '../ledger/events.ts';
import type { ProcessIdentity } from '../platform/process-identity.ts';
import type { Supervisor } from '../run/run-state.ts';
import type { StatusDocument } from '../run/status-schema.ts';
import { commit, publish } from '../store/commit.ts';
import type { Host } from '../store/host.ts';
import type { RunHandle } from '../store/run-handle.ts';
import type { RunPaths } from '../store/run-paths.ts';
import { plural } from '../text/format.ts';
import { countUncommittedChanges } from '../worktrees/create-worktree.ts';
import { acquireRun, releaseRun } from './acquire-run.ts';
import { loadResultCache } from './cache/result-cache.ts';
import { superviseRun } from './supervise-run.ts';
import type { SuperviseEnd } from './worker-pool.ts';

/** What the command line says of how to execute a run; what is left out stays as it was. */
export type ExecuteFlags = Partial<WorkerOptions> & { maxParallel?: number };

export interface ExecuteOptions {
  host: Host;
  flags: ExecuteFlags;
  process: ProcessIdentity;
  client: string;
  /** The person's git worktree in which a new run is started; null for the main checkout. */
  checkout: string | null;
  pluginDir: string | null;
  env: Readonly<Record<string, string | undefined>>;
  newId(): string;
  /** What defines an agent type for who works in a checkout, see `readAgent`. */
  readAgent(agent: string, checkout: string): string;
  /** Tells a person what they would not expect, such as why an earlier report is not used again. */
  onNote(text: string): void;
  /** Starts what looks after the workers should this process be killed. @returns how to end it */
  startGuard(run: string, supervisor: string): () => Promise<void>;
  onChange(before: StatusDocument | null, after: StatusDocument): void;
  interrupt: AbortSignal;
  kill: AbortSignal;
}

/**
 * Executes a run to its end, until a person is needed or until it is interrupted. Then nothing of
 * it is left running, and it can be gone on with.
 * @throws {SwarmError} when another process has the run
 */
export async function executeRun(run: RunHandle, options: ExecuteOptions): Promise<SuperviseEnd> {
  const supervisor: Supervisor = { id: options.newId(), process: options.process };
  const { maxParallel = run.state.opened.policy.maxParallel, ...flags } = options.flags;
  const { checkout } = options;
  const earlier = run.state.supervision.options ?? { ...DEFAULT_WORKER_OPTIONS, checkout };
  const worker = { ...earlier, ...flags };
  if (worker.checkout && !existsSync(worker.checkout)) {
    throw new SwarmError(
      `run ${run.paths.run} works in ${worker.checkout}, which is gone; make that worktree again, or open a new run from its plan: ${run.paths.plan}`,
    );
  }
  if (worker.worktrees) {
    const left = await countUncommittedChanges(worker.checkout ?? run.paths.root);
    if (left > 0)
      options.onNote(
        `${plural(left, 'change')} of your checkout ${left === 1 ? 'is' : 'are'} not committed, so no worktree has ${left === 1 ? 'it' : 'them'}`,
      );
  }
  // The supervisor's watch of the run publishes what is committed.
  const host: Host = { ...options.host, defer: () => {} };
  await acquireRun(run, supervisor, { maxParallel, options: worker }, host);
  const endGuard = options.startGuard(run.paths.run, supervisor.id);
  try {
    const resultCache = worker.fresh ? null : loadResultCache(run);
    const end = await superviseRun(run, { ...options, host, supervisor, worker, resultCache });
    if (end === 'ended') recordRead(run, supervisor, host);
    releaseRun(run, supervisor, end, host);
    publish(run, [], host);
    return end;
  } catch (error) {
    throw explainFailure(error, run.paths);
  } finally {
    await endGuard();
  }
}

/** What was at work has ended. Where the system refused a file, the run can be gone on with. */
function explainFailure(error: unknown, { run, ledger }: RunPaths): unknown {
  if (!existsSync(ledger)) {
    const message = `run ${run} was removed during its execution; its workers were stopped`;
    return new SwarmError(message, EXIT.notFound, { cause: error });
  }
  if (!(error instanceof Error && 'code' in error)) return error;
  return new SwarmError(
    `cannot write the ledger of run ${run} (${error.message}); its workers were stopped. Fix the cause`,
    EXIT.notCompleted,
    { cause: error, hint: { code: 'resume_run', run } },
  );
}

/** Who started the run by hand is told its outcome here; no later session needs to be. */
function recordRead(run: RunHandle, { id }: Supervisor, host: Host): void {
  if (run.state.opened.session !== null || run.state.isSummaryRead) return;
  commit(run, [{ event: 'summary.read', at: host.now(), session: id }], host);
}
