import type { Attempt } from '../run/attempt.ts';
import { cacheKeyOf } from '../run/cache-key.ts';
import { continuesWith } from '../run/cost/resumption.ts';
import type { TaskState } from '../run/run-state.ts';
import { commit } from '../store/commit.ts';
import { reuseCachedResult } from './cache/reuse-cached-result.ts';
import {
  addWorker,
  budgetVerdict,
  checkoutOf,
  type Executor,
  type WorkerPool,
} from './worker-pool.ts';

/**
 * Launches the next attempt of a task, unless an earlier result of it can be reused.
 * @param how.onEnd called when the attempt has ended and its end is recorded
 * @returns whether a worker has the task; otherwise it is settled, or another process was faster
 */
export function launchTask(
  pool: WorkerPool,
  task: TaskState,
  { executor, onEnd }: { executor: Executor; onEnd(): void },
): boolean {
  const { run, options } = pool;
  const earlier = task.attempts.at(-1);
  const id = options.newId();
  const checkout = checkoutOf(pool);
  const agent = options.readAgent(task.plan.agent, checkout);
  const settings = options.readSettings(checkout);
  const key = cacheKeyOf(run.state, task, { ...options.worker, agent, settings });
  const { host, resultCache } = options;
  if (resultCache && reuseCachedResult(run, task, { id, key }, { ...options, resultCache })) {
    return false;
  }
  const launched = {
    event: 'attempt.launched',
    at: host.now(),
    task: task.plan.id,
    attempt: id,
    session: id,
    supervisor: options.supervisor.id,
    ...executor.placeOf(pool, task),
    key,
  } as const;
  commit(run, [launched], host);
  const attempt = run.state.attempts.get(id);
  // Another process may have cancelled the task in the meantime.
  if (!attempt || attempt.refusal) return false;
  const overBudget = budgetVerdict(pool);
  if (overBudget) {
    const { category, message } = overBudget;
    const at = options.host.now();
    commit(run, [{ event: 'attempt.refused', at, attempt: id, category, message }], host);
    return false;
  }
  const worker = addWorker(pool, attempt);
  const continues = sessionToContinue(pool, executor, earlier);
  worker.done = executor.run(pool, task, worker, continues).then(onEnd).catch(pool.fail);
  return true;
}

/** The session of an interrupted attempt, which only the machine on which it ran still has. */
function sessionToContinue(
  pool: WorkerPool,
  { isHere }: Executor,
  earlier: Attempt | undefined,
): string | null {
  if (!isHere || !earlier?.worker || earlier.worker.pool !== null) return null;
  const isCutOff = earlier.end?.outcome === 'interrupted' || earlier.limitedUntil;
  return isCutOff && isWorthResuming(pool, earlier) ? earlier.id : null;
}

/** Whether the session of an interrupted attempt continues, and not a new one from its checkpoint. */
function isWorthResuming({ run, options }: WorkerPool, { id, worker }: Attempt): boolean {
  const { maxTranscriptTokens: maxTokens } = run.state.opened.policy.resume;
  const contextTokens = worker?.contextTokens ?? null;
  if (maxTokens === null || contextTokens === null) return true;
  const decision = continuesWith(contextTokens, maxTokens);
  const at = options.host.now();
  const measured = { contextTokens, maxTokens, continuesWith: decision };
  commit(run, [{ event: 'resume.decided', at, attempt: id, ...measured }], options.host);
  return decision === 'same-agent';
}
