import { hostname } from 'node:os';
import { join } from 'node:path';
import { readRegularFile } from '../../platform/regular-file.ts';
import { decidingAttempt } from '../../run/attempt.ts';
import { budgetOfWorker } from '../../run/budget.ts';
import { effortOf, modelOf } from '../../run/cost/model-of.ts';
import { approvalsOf } from '../../run/gate.ts';
import type { TaskState } from '../../run/run-state.ts';
import { hasApproval } from '../../store/approvals.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { moneyLeft, type WorkerPool } from '../../supervisor/worker-pool.ts';
import type { Order } from '../wire/order.ts';
import { DEFAULT_POOL, PROTOCOL } from '../wire/wire-fields.ts';
import type { OrderBook } from './order-book.ts';
import { orderLines } from './order-lines.ts';

/** The order for an attempt that was launched. @param repository where its commits are */
export function makeOrder(
  { pool, readEvents }: Pick<OrderBook, 'pool' | 'readEvents'>,
  task: TaskState,
  attempt: string,
  repository: Order['repository'],
): Order {
  const { run, options } = pool;
  const { plan } = task;
  const { host, worker } = options;
  const lines = orderLines(readEvents(), run.state, { task: plan.id, attempt });
  return {
    protocol: PROTOCOL,
    run: run.paths.run,
    task: plan.id,
    attempt,
    pool: plan.pool ?? DEFAULT_POOL,
    sentAt: host.now(),
    deadline: { startToCloseMs: run.state.opened.policy.tiers[plan.tier].startToCloseTimeout },
    supervisor: { id: options.supervisor.id, host: hostname() },
    repository,
    ledger: lines.map((event) => JSON.stringify(event)),
    files: reportsOfNeeds(run, task),
    client: {
      model: modelOf(run.state, plan, worker),
      effort: effortOf(run.state, plan),
      permissionMode: worker.permissionMode,
      allowedTools: worker.allowedTools,
      budgetUsd: budgetOfWorker(plan.budgetUsd, moneyLeft(pool)),
    },
    approvals: openApprovals(pool, task),
  };
}

function reportsOfNeeds({ state, paths }: RunHandle, { plan }: TaskState): Record<string, string> {
  const reports = plan.needs.flatMap(
    (need) => decidingAttempt(state.tasks.get(need)?.attempts ?? [])?.report?.path ?? [],
  );
  return Object.fromEntries(reports.map((path) => [path, readRegularFile(join(paths.dir, path))]));
}

/** What a person approved and no attempt has used; the ledger alone is not believed. */
function openApprovals({ run, options }: WorkerPool, { attempts }: TaskState): Order['approvals'] {
  return approvalsOf(attempts)
    .filter((gate) => hasApproval(options.host, run.paths, gate))
    .map(({ id, sha256 }) => ({ gate: id, sha256 }));
}
