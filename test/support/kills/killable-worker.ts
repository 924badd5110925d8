import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ProcessResult, startSwarm } from '../swarm-process.ts';
import { endLeftovers, killProcesses } from '../swarm-run.ts';
import { makeTempDir } from '../temp-dir.ts';
import { waitUntil } from '../wait-until.ts';
import { makeWorkplace } from '../worker-process.ts';
import type { Kill } from './kill-schedule.ts';
import type { KillableServer } from './killable-server.ts';
import { isUnreachable } from './killable-supervisor.ts';

/** `swarm worker`, which is started again after each kill, as a service would be. */
export interface KillableWorker extends AsyncDisposable {
  /** Where its clones are. */
  readonly places: string;
  kill(kill: Kill): Promise<void>;
  /** Has it end. @returns what it left running */
  drain(): Promise<string[]>;
  /** What it printed when it ended otherwise than by a kill or by {@link drain}. */
  readonly faults: readonly ProcessResult[];
}

/** @param client body of the fake client, see `fakeClient` */
export async function startKillableWorker(
  server: KillableServer,
  name: string,
  client: string,
): Promise<KillableWorker> {
  const home = await makeTempDir('swarm-worker-');
  const { options, places } = makeWorkplace(home, server, client);
  const faults: ProcessResult[] = [];
  let victim: ChildProcess | null = null;
  let away = 0;
  let isDraining = false;
  const keep = async () => {
    while (!isDraining) {
      await server.isUp();
      const args = ['worker', '--json', '--name', name, '--pool', 'default=2'];
      const { process, result } = startSwarm(args, options);
      victim = process;
      const ended = await result;
      victim = null;
      if (isDraining) return;
      if (ended.signal === null && !isUnreachable(ended)) faults.push(ended);
      await sleep(away);
    }
  };
  const kept = keep();
  const drain = async () => {
    isDraining = true;
    victim?.kill('SIGTERM');
    await kept;
    return endLeftovers(home);
  };
  return {
    places,
    faults,
    drain,
    async kill({ kind, awayMs }) {
      const running = await waitUntil(() => victim, { what: `worker ${name}` });
      away = awayMs;
      if (kind === 'worker') running.kill('SIGKILL');
      if (kind === 'machine') await killProcesses(home);
      if (!kind.endsWith('pause')) return;
      running.kill('SIGSTOP');
      await sleep(awayMs);
      running.kill('SIGCONT');
    },
    async [Symbol.asyncDispose]() {
      await drain();
      await home.remove();
    },
  };
}
