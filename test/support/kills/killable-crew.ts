import { fakeClient } from '../fake-client.ts';
import { SECRET } from '../queue-order.ts';
import { makeStage, type RunStage } from '../swarm-run.ts';
import type { Kill } from './kill-schedule.ts';
import { startKillableServer } from './killable-server.ts';
import { type FinishedSupervisor, makeKillableSupervisor } from './killable-supervisor.ts';
import { type KillableWorker, startKillableWorker } from './killable-worker.ts';

/** A supervisor, workers and the queue's server, each of which is started again after a kill. */
export interface KillableCrew extends AsyncDisposable {
  readonly stage: RunStage;
  readonly url: string;
  readonly workers: readonly KillableWorker[];
  /** Has a run of the plan supervised until it ends. */
  run(): Promise<FinishedSupervisor>;
  /** Kills a part once it is up. */
  kill(kill: Kill): Promise<void>;
}

interface CrewOptions {
  plan: string;
  /** Body of the fake client, see `fakeClient`. */
  client: string;
  /** Names of the workers. */
  workers: readonly string[];
}

export async function startKillableCrew(options: CrewOptions): Promise<KillableCrew> {
  const server = await startKillableServer();
  const stage = await makeStage({
    plan: options.plan,
    fakeClient: fakeClient({}),
    env: { SWARM_QUEUE_SECRET: SECRET },
  });
  const supervisor = makeKillableSupervisor(stage, server);
  const workers = await Promise.all(
    options.workers.map((name) => startKillableWorker(server, name, options.client)),
  );
  return {
    ...{ stage, workers, url: server.url, run: supervisor.run },
    async kill(kill) {
      if (kill.kind === 'supervisor') return supervisor.kill(kill.awayMs);
      if (kill.kind === 'server') return server.kill(kill.awayMs);
      await workers[kill.worker]?.kill(kill);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((worker) => worker[Symbol.asyncDispose]()));
      await stage[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}
