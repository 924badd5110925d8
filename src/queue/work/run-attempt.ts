import { withoutQueueSecrets } from '../../config/queue-variables.ts';
import type { WorkerOptions } from '../../ledger/events.ts';
import type { ProcessIdentity } from '../../platform/process/process-identity.ts';
import type { Attempt } from '../../run/attempt.ts';
import { commit } from '../../store/commit.ts';
import type { Host } from '../../store/host.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { runTask } from '../../supervisor/run-task.ts';
import {
  type ActiveWorker,
  askToEnd,
  NOT_YET,
  type WorkerPool,
} from '../../supervisor/worker-pool.ts';

/** What a client needs of the machine that it runs on. */
export interface ClientContext {
  host: Host;
  process: ProcessIdentity;
  /** The client's program, absolute. */
  client: string;
  pluginDir: string | null;
  hookScript: string | null;
  /** Of this process; clients and checks get it without the queue's secrets. */
  env: Readonly<Record<string, string | undefined>>;
  onNote(text: string): void;
}

/** An attempt that is being executed. */
export interface RunningAttempt {
  /** Resolves when the ledger has its end and its processes are gone. */
  ended: Promise<void>;
  /**
   * Ends it gracefully.
   * @param isForGood whether the task will not continue; else the attempt counts as interrupted
   * @param why it is interrupted, if it is not because its supervisor was
   */
  stop(isForGood: boolean, why?: string): void;
  /** Ends it gracefully because its time has expired. */
  expire(): void;
  /** Ends it at once. */
  kill(): void;
}

/**
 * Executes the attempt of a shadow run as a supervisor does, in a pool that has nothing else.
 * @param options how the client is started
 */
export function runAttempt(
  run: RunHandle,
  attempt: Attempt,
  options: WorkerOptions,
  context: ClientContext,
): RunningAttempt {
  // Nobody reads the projections of a shadow run.
  const host: Host = { ...context.host, defer: () => {} };
  const task = run.state.tasks.get(attempt.task);
  if (!task) throw new Error(`no task ${attempt.task} in ${run.paths.dir}`);
  const interrupt = new AbortController();
  const kill = new AbortController();
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const pool = poolOf(run, fail, {
    ...{ ...context, host, env: withoutQueueSecrets(context.env) },
    ...{ worker: options, interrupt: interrupt.signal, kill: kill.signal },
  });
  const worker: ActiveWorker = {
    ...{ attempt, preparing: new AbortController(), usedAt: Date.parse(host.now()) },
    ...{ running: null, cwd: null, verdict: null, done: NOT_YET },
  };
  pool.workers.set(attempt.id, worker);
  const end = (isForGood: boolean, why?: string) => {
    if (isForGood) cancel(run, attempt, host);
    else {
      pool.isClosing = true;
      if (why !== undefined) pool.interruption ??= why;
      interrupt.abort();
    }
    askToEnd(pool, worker);
  };
  return {
    ended: Promise.race([runTask(pool, task, worker, null), failed]),
    stop: end,
    expire() {
      commit(run, [{ event: 'attempt.timed_out', at: host.now(), attempt: attempt.id }], host);
      askToEnd(pool, worker);
    },
    kill() {
      end(false);
      worker.running?.kill();
    },
  };
}

/** Hooks of the agent see it too, and end the agent at its next tool call. It is not forwarded. */
function cancel(run: RunHandle, { task }: Attempt, host: Host): void {
  if (run.state.tasks.get(task)?.cancelRequestedAt) return;
  commit(run, [{ event: 'cancel.requested', at: host.now(), task }], host);
}

type PoolOptions = Pick<WorkerPool['options'], 'worker' | 'interrupt' | 'kill'> & ClientContext;

function poolOf(
  run: RunHandle,
  fail: (error: unknown) => void,
  { process, ...options }: PoolOptions,
): WorkerPool {
  const supervisor = run.state.supervision.current ?? { id: '', process };
  return {
    run,
    options: {
      ...options,
      ...{ supervisor, resultCache: null, others: null },
      ...{ readAgent: () => '', readSettings: () => ({ model: null, permissions: null }) },
      ...{ newId: () => '', onChange: () => {} },
    },
    workers: new Map(),
    ...{ isClosing: false, atEnd: null, isMerged: true, waiting: [], git: NOT_YET },
    // Nobody puts files back into a clone that is removed at the end.
    ...{ hasNoSnapshots: true, backoff: undefined, finish: () => {}, fail },
  };
}
