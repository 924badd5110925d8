import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessResult } from '../swarm-process.ts';
import type { RunStage } from '../swarm-run.ts';
import { waitUntil } from '../wait-until.ts';
import type { KillableServer } from './killable-server.ts';

export interface FinishedSupervisor extends ProcessResult {
  /** The id of its run. */
  id: string;
}

/** `swarm run`, which is resumed after each kill. */
export interface KillableSupervisor {
  /** Has a run of the stage's plan supervised until it ends. */
  run(): Promise<FinishedSupervisor>;
  /** Kills it once its run is open. */
  kill(awayMs: number): Promise<void>;
}

export function makeKillableSupervisor(
  stage: RunStage,
  server: KillableServer,
): KillableSupervisor {
  const runs = join(stage.repo.path, '.swarm', 'runs');
  const list = () => (existsSync(runs) ? readdirSync(runs) : []);
  let victim: ChildProcess | null = null;
  let away = 0;
  return {
    async run() {
      const known = list();
      const opened = () =>
        list().find((id) => !known.includes(id) && existsSync(join(runs, id, 'status.json')));
      for (;;) {
        await server.isUp();
        const id = opened();
        const { process, ended } = stage.start(
          ...(id ? ['run', id] : ['run', 'plan.md', '--queue', server.url]),
        );
        await waitUntil(() => opened() || process.exitCode !== null, { what: 'a run is open' });
        victim = process;
        const result = await ended;
        victim = null;
        const isOver = result.signal === null && !isUnreachable(result);
        if (isOver) return { ...result, id: opened() ?? '' };
        await sleep(away);
      }
    },
    async kill(awayMs) {
      const running = await waitUntil(() => victim, { what: 'a supervisor' });
      away = awayMs;
      running.kill('SIGKILL');
    },
  };
}

/** The queue's server was killed while this process was being started. */
export function isUnreachable({ code, stderr }: ProcessResult): boolean {
  return code === 2 && stderr.includes('cannot use the queue');
}
