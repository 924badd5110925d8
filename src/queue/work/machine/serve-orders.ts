import type { Job, WorkerQueue } from '../../engine/port.ts';
import type { Signed } from '../../wire/signed.ts';
import { OUTCOMES, type Outcome } from '../outcome.ts';

/** What a machine does at this moment. */
export interface MachineFacts {
  name: string;
  /** Of swarm-parallel. */
  version: string;
  /** How many attempts it runs at once, by pool. */
  pools: Readonly<Record<string, number>>;
  /** How many it runs now, by pool. */
  busy: Readonly<Record<string, number>>;
  /** How many it has run since its start, by how they ended. */
  outcomes: Readonly<Record<Outcome, number>>;
  /** Whether it takes nothing new. */
  isDraining: boolean;
}

export interface ServingMachine {
  facts(): MachineFacts;
  /** Takes nothing new; {@link ServingMachine.ended} resolves when what runs has ended. */
  drain(): void;
  ended: Promise<void>;
}

export interface ServeOptions {
  name: string;
  version: string;
  pools: Readonly<Record<string, number>>;
  execute(order: Signed, job: Job): Promise<Outcome>;
  /** Called when an order was taken, and when its attempt has ended. */
  onProgress(job: Job, outcome: Outcome | null): void;
}

/** Takes orders from the pools of a machine, and says in the engine that the machine is there. */
export function serveOrders(queue: WorkerQueue, options: ServeOptions): ServingMachine {
  const { name, version, pools, execute, onProgress } = options;
  const busy: Record<string, number> = Object.fromEntries(
    Object.keys(pools).map((pool) => [pool, 0]),
  );
  const outcomes = Object.fromEntries(OUTCOMES.map((one) => [one, 0])) as Record<Outcome, number>;
  let isDraining = false;
  const announce = () => {
    const count = Object.values(busy).reduce((sum, one) => sum + one, 0);
    queue.announce({ name, version, pools: isDraining ? {} : { ...pools }, busy: count });
  };
  const change = (pool: string, by: number) => {
    busy[pool] = (busy[pool] ?? 0) + by;
    announce();
  };
  const serving = queue.serve(pools, async (order, job) => {
    const { pool } = job.address;
    change(pool, 1);
    onProgress(job, null);
    try {
      const outcome = await execute(order, job);
      outcomes[outcome] += 1;
      onProgress(job, outcome);
    } finally {
      change(pool, -1);
    }
  });
  announce();
  let close: () => void = () => {};
  const ended = new Promise<void>((resolve, reject) => {
    close = () => void serving.close().then(resolve, reject);
  });
  return {
    facts: () => ({ name, version, pools, busy, outcomes, isDraining }),
    ended,
    drain() {
      if (isDraining) return;
      isDraining = true;
      close();
      announce();
    },
  };
}
