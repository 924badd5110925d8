import { existsSync } from 'node:fs';
import { DEFAULT_WORKER_OPTIONS } from '../claude/command-line.ts';
import type { WorkerSettings } from '../claude/worker-settings.ts';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import type { WorkerOptions } from '../ledger/events.ts';
import type { ProcessIdentity } from '../platform/process/process-identity.ts';
import type { Supervisor } from '../run/run-state.ts';
import type { StatusDocument } from '../run/status-schema.ts';
import { commit, publish } from '../store/commit.ts';
import type { Host } from '../store/host.ts';
import type { RunHandle } from '../store/run-handle.ts';
import type { RunPaths } from '../store/run-paths.ts';
import { plural } from '../text/format.ts';
import { countUncommittedChanges } from '../worktrees/create-worktree.ts';
import { acquireRun, releaseRun } from './acquire-run.ts';
import { loadResultCache, type ResultCache } from './cache/result-cache.ts';
import { superviseRun } from './supervise-run.ts';
import type { LastingExecutor, SuperviseEnd } from './worker-pool.ts';

/** Options from the command line. Omitted ones keep the run's earlier value. */
export type ExecuteFlags = Partial<WorkerOptions> & { maxParallel?: number };

export interface ExecuteOptions {
  host: Host;
  flags: ExecuteFlags;
  process: ProcessIdentity;
  client: string;
  /** The user's git worktree in which a new run is started; null for the main checkout. */
  checkout: string | null;
  pluginDir: string | null;
  hookScript: string | null;
  env: Readonly<Record<string, string | undefined>>;
  newId(): string;
  /** The definition of an agent type as seen from a checkout, see `readAgent`. */
  readAgent(agent: string, checkout: string): string;
  /** What the client takes from environment and settings files in a checkout. */
  readSettings(checkout: string): WorkerSettings;
  /** Reports something unexpected to the person, such as why an earlier report is not reused. */
  onNote(text: string): void;
  /**
   * Opens the queue through which other machines execute tasks.
   * @param queue its URL as recorded, without a password
   * @throws {SwarmError} if it cannot be used
   */
  openQueue(run: RunHandle, queue: string): Promise<LastingExecutor>;
  /** Starts a guard that ends the workers if this process is killed. @returns what stops it */
  startGuard(run: string, supervisor: string): () => Promise<void>;
  onChange(before: StatusDocument | null, after: StatusDocument): void;
  interrupt: AbortSignal;
  kill: AbortSignal;
}

/**
 * Executes a run until it ends, a person is needed or it is interrupted. No process of it is left
 * running then, and it can be resumed.
 * @throws {SwarmError} if another process owns the run
 */
export async function executeRun(run: RunHandle, options: ExecuteOptions): Promise<SuperviseEnd> {
  const supervisor: Supervisor = { id: options.newId(), process: options.process };
  const { maxParallel = defaultParallel(run, options.flags), ...flags } = options.flags;
  const { checkout } = options;
  const { usd: budgetUsd, tokens: budgetTokens } = run.state.budget;
  const first = { ...DEFAULT_WORKER_OPTIONS, checkout, budgetUsd, budgetTokens };
  const earlier = run.state.supervision.options ?? first;
  const worker = { ...earlier, ...flags };
  // No machines share a working tree.
  if (worker.queue !== null) worker.worktrees = true;
  else if (maxParallel === 0) {
    throw new SwarmError('--max-parallel: expected at least 1 without --queue', EXIT.badInput);
  }
  if (worker.checkout && !existsSync(worker.checkout)) {
    throw new SwarmError(
      `the worktree of run ${run.paths.run} no longer exists: ${worker.checkout}. Recreate it or start a new run from its plan: ${run.paths.plan}`,
    );
  }
  if (worker.worktrees) {
    const left = await countUncommittedChanges(worker.checkout ?? run.paths.root);
    if (left > 0)
      options.onNote(
        `${plural(left, 'change')} in your checkout ${left === 1 ? 'is' : 'are'} not committed, so no worktree contains ${left === 1 ? 'it' : 'them'}`,
      );
  }
  // The supervisor's watch of the run publishes all commits.
  const host: Host = { ...options.host, defer: () => {} };
  const others = worker.queue === null ? null : await options.openQueue(run, worker.queue);
  await acquireRun(run, supervisor, { maxParallel, options: worker }, host);
  const endGuard = options.startGuard(run.paths.run, supervisor.id);
  try {
    const resultCache = worker.fresh ? null : await loadCache(run, worker.checkout, options);
    const end = await superviseRun(run, {
      ...options,
      ...{ host, supervisor, worker, resultCache, others },
    });
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

/** With a queue, this machine executes tasks only if it is asked to. */
function defaultParallel({ state }: RunHandle, { queue }: ExecuteFlags): number {
  const isNew = queue != null && (state.supervision.options?.queue ?? null) === null;
  return isNew ? 0 : state.opened.policy.maxParallel;
}

function loadCache(
  run: RunHandle,
  checkout: string | null,
  { interrupt: signal }: ExecuteOptions,
): Promise<ResultCache> {
  return loadResultCache(run, checkout ?? run.paths.root, { signal });
}

/** All workers have ended by now. After a file system error the run can be resumed. */
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

/** The person who started the run sees its outcome here, so no later session reports it. */
function recordRead(run: RunHandle, { id }: Supervisor, host: Host): void {
  if (run.state.opened.session !== null || run.state.isSummaryRead) return;
  commit(run, [{ event: 'summary.read', at: host.now(), session: id }], host);
}
