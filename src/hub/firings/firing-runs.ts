import { existsSync } from 'node:fs';
import { EXIT } from '../../errors/swarm-error.ts';
import { cancelRun } from '../../operations/cancel-run.ts';
import { watchFiles } from '../../operations/watch-files.ts';
import { toStatusDocument } from '../../run/status-document.ts';
import type { RunStatus } from '../../run/status-schema.ts';
import { type RunHandle, refresh } from '../../store/run-handle.ts';
import { runPaths } from '../../store/run-paths.ts';
import { isAbandoned, needsSupervisor } from '../../supervisor/needs-supervisor.ts';
import { configOfFiring } from '../config/named-triggers.ts';
import type { FailureCategory, HistoryEvent } from '../store/history-events.ts';
import type { Firing } from '../store/history-state.ts';
import type { FiringContext, RunExit } from './firing-context.ts';
import { runArguments } from './run-arguments.ts';
import { runEnd } from './settle-run.ts';

/** How often the process of a run is started before the firing has failed. */
const MAX_STARTS = 3;

/** The runs of firings that have not ended. */
export interface FiringRuns {
  /** Reads the ledgers of these firings. @returns what they add to the history */
  settle(started: readonly Firing[]): HistoryEvent[];
  /** Remembers that a run's process has exited, so that it is not waited for. */
  exited(firing: string, exit: RunExit): void;
  /** Cancels the run of a firing, once. */
  cancel(firing: Firing): void;
  /** How a run is doing; null if it cannot be read. */
  statusOf(run: string): RunStatus | null;
  close(): Promise<void>;
}

interface Watched {
  run: RunHandle;
  stop: () => Promise<void>;
}

/**
 * @param onChange called when a run that is watched has changed; null to watch none, and to leave
 *   runs without a process to the next hub
 */
export function watchFiringRuns(
  context: FiringContext,
  onChange: (() => void) | null,
): FiringRuns {
  const watched = new Map<string, Watched>();
  const exits = new Map<string, RunExit>();
  const { host } = context;

  const open = (id: string): RunHandle => {
    const known = watched.get(id);
    if (known) return known.run;
    const run = host.load(runPaths(host.root, id));
    const listener = { onChange: () => onChange?.(), onError: () => {}, onPolling: () => {} };
    const stop = onChange ? watchFiles(run.paths.ledger, {}, listener) : async () => {};
    watched.set(id, { run, stop });
    return run;
  };
  const close = async (id: string) => {
    const entry = watched.get(id);
    watched.delete(id);
    await entry?.stop();
  };

  const settle = (firing: Firing): HistoryEvent[] => {
    const id = firing.run ?? '';
    const at = host.now();
    const fail = (category: FailureCategory, message: string): HistoryEvent[] => {
      void close(id);
      return [{ event: 'firing.failed', at, firing: firing.id, category, message }];
    };
    if (!existsSync(runPaths(host.root, id).ledger)) return fail('lost', `run ${id} was removed`);
    const run = open(id);
    refresh(run);
    const end = runEnd(firing.id, toStatusDocument(run.state), at);
    if (end) {
      void close(id);
      return [end];
    }
    const exit = exits.get(firing.id);
    const isWithoutProcess = exit ? needsSupervisor(run, host) : isAbandoned(run, host);
    if (!isWithoutProcess || !onChange) return [];
    exits.delete(firing.id);
    if (exit?.code === EXIT.badInput) return fail('start', exit.output);
    if (firing.starts >= MAX_STARTS) return fail('lost', describeLoss(firing, exit));
    const config = configOfFiring(context.triggering(), firing);
    const args = config ? runArguments(config.run) : [];
    context.supervise(run, args, (ended) => exits.set(firing.id, ended));
    return [{ event: 'firing.started', at, firing: firing.id, run: id }];
  };

  return {
    settle: (started) => started.flatMap(settle),
    exited: (firing, exit) => void exits.set(firing, exit),
    cancel({ run }) {
      if (run === null) return;
      const handle = open(run);
      refresh(handle);
      cancelRun(handle, null, host);
    },
    statusOf(id) {
      try {
        const run = watched.get(id)?.run ?? host.load(runPaths(host.root, id));
        return toStatusDocument(run.state).status;
      } catch {
        return null;
      }
    },
    async close() {
      await Promise.all([...watched.keys()].map(close));
    },
  };
}

function describeLoss({ run, starts }: Firing, exit: RunExit | undefined): string {
  const output = exit?.output ? `: ${exit.output}` : '';
  return `the process of run ${run} ended ${starts} times before the run did${output}`;
}
