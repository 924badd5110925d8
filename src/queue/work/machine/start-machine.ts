import type { WorkerQueue } from '../../engine/port.ts';
import type { Ceiling } from '../ceiling.ts';
import { executeOrder } from '../execute-order.ts';
import type { Outcome } from '../outcome.ts';
import type { ClientContext } from '../run-attempt.ts';
import { recoverPlaces } from './recover-places.ts';
import { registerWorker } from './running-workers.ts';
import { type MachineFacts, serveOrders } from './serve-orders.ts';
import { serveStatus } from './status-server.ts';
import { tellLost } from './tell-lost.ts';
import type { WorkerPaths } from './worker-paths.ts';

/** How long an order that cannot be verified keeps its slot; milliseconds. */
const REFUSAL_PAUSE_MS = 5_000;

export interface MachineContext extends ClientContext {
  queue: WorkerQueue;
  secret: string;
  name: string;
  /** Of swarm-parallel. */
  version: string;
  pools: Readonly<Record<string, number>>;
  ceiling: Ceiling;
  paths: WorkerPaths;
  /** Where the status is served; null for nowhere. */
  listen: { port: number; host: string } | null;
  /** Starts a process that cleans up if this one is killed. @returns what stops it */
  startGuard(): () => Promise<void>;
  explainHookBlock(directory: string): string | null;
  onProgress(order: TakenOrder, outcome: Outcome | null): void;
  onFault(error: unknown): void;
}

interface TakenOrder {
  run: string;
  task: string;
  attempt: string;
  pool: string;
}

export interface StartedMachine {
  facts(): MachineFacts;
  /** Of its status; null if it is served nowhere. */
  url: string | null;
  drain(): void;
  giveBack(): void;
  /** Resolves when it was drained, and everything is cleaned up. */
  ended: Promise<void>;
}

/**
 * Starts to serve pools, after cleaning up what earlier workers left on this machine.
 * @throws {SwarmError} if the address for the status cannot be used
 */
export async function startMachine(context: MachineContext): Promise<StartedMachine> {
  const { queue, secret, name: machine, paths, process, host, onFault } = context;
  await recoverPlaces((worker) => !host.isAlive(worker), {
    ...{ places: paths.places, host, onFault },
    tellLost: (record) => tellLost(record, { queue, secret }),
  });
  const giveBack = new AbortController();
  const work = {
    ...context,
    ...{ machine, places: paths.places, mirrors: paths.mirrors },
    ...{ giveBack: giveBack.signal, refusalPauseMs: REFUSAL_PAUSE_MS },
  };
  const status = context.listen
    ? await serveStatus(context.listen, () => ({
        facts: serving.facts(),
        isReady: queue.isReady(),
      }))
    : null;
  const endGuard = context.startGuard();
  const unregister = registerWorker(paths, { process, name: machine });
  const serving = serveOrders(queue, {
    ...{ name: machine, version: context.version, pools: context.pools },
    execute: (order, job) => executeOrder(order, job, work),
    onProgress: ({ address }, outcome) => context.onProgress(address, outcome),
  });
  const cleanUp = async () => {
    unregister();
    status?.close();
    await queue.close();
    await endGuard();
  };
  return {
    facts: serving.facts,
    url: status?.url ?? null,
    drain: serving.drain,
    giveBack() {
      serving.drain();
      giveBack.abort();
    },
    ended: serving.ended.finally(cleanUp),
  };
}
