import { existsSync } from 'node:fs';
import { EXIT } from '../../errors/swarm-error.ts';
import { cancelRun } from '../../operations/cancel-run.ts';
import { watchFiles } from '../../operations/watch-files.ts';
import { toStatusDocument } from '../../run/status-document.ts';
import { type RunHandle, refresh } from '../../store/run-handle.ts';
import { runPaths } from '../../store/run-paths.ts';
import { isAbandoned, needsSupervisor } from '../../supervisor/needs-supervisor.ts';
import { configOfFiring } from '../config/named-triggers.ts';
import type { FailureCategory, HistoryEvent } from '../store/history-events.ts';
import type { Firing } from '../store/history-state.ts';
import type { FiringContext, RunExit } from './firing-context.ts';
import { runArguments } from './run-arguments.ts';
import { runEnd } from './settle-run.ts';

/** How often the process of a run is started if it ends soon, before the firing has failed. */
const MAX_STARTS = 3;

/** A process that ends later than this has worked, or waited for a person; milliseconds. */
const SOON_MS = 10 * 60_000;

interface Watched {
  run: RunHandle;
  stop: () => Promise<void>;
}

/** The runs of firings that have not ended. */
export class FiringRuns {
  readonly #context: FiringContext;
  readonly #onChange: (() => void) | null;
  readonly #watched = new Map<string, Watched>();
  readonly #exits = new Map<string, RunExit>();

  /**
   * @param onChange called when a run has changed; null to watch none, and to leave runs without a
   *   process to the next hub
   */
  constructor(context: FiringContext, onChange: (() => void) | null) {
    this.#context = context;
    this.#onChange = onChange;
  }

  /** Reads the ledgers of firings whose runs have not ended. @returns what they add to the history */
  settle(started: readonly Firing[]): HistoryEvent[] {
    return started.flatMap((firing) => this.#settleOne(firing, firing.run ?? ''));
  }

  /** Remembers that the process of a firing's run has exited. */
  exited(firing: string, exit: RunExit): void {
    this.#exits.set(firing, exit);
  }

  /** Cancels the run of a firing. */
  cancel({ run: id }: Firing): void {
    if (id === null) return;
    const run = this.#open(id);
    refresh(run);
    cancelRun(run, null, this.#context.host);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#watched.keys()].map((run) => this.#forget(run)));
  }

  #settleOne(firing: Firing, id: string): HistoryEvent[] {
    const { host } = this.#context;
    const at = host.now();
    const fail = (category: FailureCategory, message: string): HistoryEvent[] => {
      void this.#forget(id);
      return [{ event: 'firing.failed', at, firing: firing.id, category, message }];
    };
    if (!existsSync(runPaths(host.root, id).ledger)) return fail('lost', `run ${id} was removed`);
    const run = this.#open(id);
    refresh(run);
    const end = runEnd(firing.id, toStatusDocument(run.state), at);
    if (end) {
      void this.#forget(id);
      return [end];
    }
    const exit = this.#exits.get(firing.id);
    const hasNoProcess = exit ? needsSupervisor(run, host) : isAbandoned(run, host);
    if (!hasNoProcess) return [];
    if (exit?.code === EXIT.badInput) return fail('start', exit.output);
    if (!this.#onChange) return [];
    this.#exits.delete(firing.id);
    if (firing.starts >= MAX_STARTS && endedSoon(firing, at))
      return fail('lost', describeLoss(firing, exit));
    this.#restart(firing, run);
    return [{ event: 'firing.started', at, firing: firing.id, run: id }];
  }

  #restart(firing: Firing, run: RunHandle): void {
    const config = configOfFiring(this.#context.triggering(), firing);
    const args = config ? runArguments(config.run) : [];
    this.#context.supervise(run, args, (exit) => {
      this.exited(firing.id, exit);
      this.#onChange?.();
    });
  }

  #open(id: string): RunHandle {
    const known = this.#watched.get(id);
    if (known) return known.run;
    const { host } = this.#context;
    const run = host.load(runPaths(host.root, id));
    const onChange = this.#onChange;
    const stop = onChange
      ? watchFiles(run.paths.ledger, {}, { onChange, onError: () => {}, onPolling: () => {} })
      : async () => {};
    this.#watched.set(id, { run, stop });
    return run;
  }

  async #forget(run: string): Promise<void> {
    const entry = this.#watched.get(run);
    this.#watched.delete(run);
    await entry?.stop();
  }
}

function endedSoon({ startedAt }: Firing, at: string): boolean {
  return startedAt !== null && Date.parse(at) - Date.parse(startedAt) < SOON_MS;
}

function describeLoss({ run, starts }: Firing, exit: RunExit | undefined): string {
  const output = exit?.output ? `: ${exit.output}` : '';
  return `the process of run ${run} ended ${starts} times before the run did${output}`;
}
