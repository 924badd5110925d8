import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessIdentity } from '../platform/process-identity.ts';
import { describeThrown, logError } from '../store/error-log.ts';
import type { Host } from '../store/host.ts';
import { hubPaths } from '../store/hub-paths.ts';
import { loadRun } from '../store/run-handle.ts';
import { runPaths } from '../store/run-paths.ts';
import type { FiringView } from '../view/triggers/trigger-views.ts';
import { openTriggering } from './config/live-triggering.ts';
import type { FiringContext } from './firings/firing-context.ts';
import { FiringEngine } from './firings/firing-engine.ts';
import { openHistory } from './store/history.ts';
import { TriggerBook } from './trigger-book.ts';

/** The triggers of a repository for the command line, with or without a running hub. */
export interface TriggerCommands {
  book: TriggerBook;
  /**
   * Waits until something has become of firings that were asked for. A running hub carries them
   * out; without one, this process does.
   */
  settle(firings: readonly string[]): Promise<FiringView[]>;
}

export interface TriggerCommandsContext {
  host: Host;
  env: Readonly<Record<string, string | undefined>>;
  process: ProcessIdentity;
  /** Whether a hub serves the repository. */
  hasHub(): boolean;
  findClient(): Promise<string>;
  supervise: FiringContext['supervise'];
}

/** How long a running hub may take for a firing, and a process to take its run; milliseconds. */
const PATIENCE_MS = 15_000;
const POLL_MS = 25;

export function openTriggerCommands(context: TriggerCommandsContext): TriggerCommands {
  const { host, env } = context;
  const paths = hubPaths(host.stateDir, host.root);
  const history = openHistory(paths.history);
  const triggering = openTriggering(host.root);
  const book = new TriggerBook({ host, env, history, triggering, onChange: () => {} });
  const until = async (isDone: () => boolean) => {
    for (let waited = 0; waited < PATIENCE_MS && !isDone(); waited += POLL_MS) await sleep(POLL_MS);
  };

  /** A hub decides at once, even if it decides that a firing has to wait. */
  const settleByHub = (ids: readonly string[]) =>
    until(() => {
      history.refresh();
      return ids.every((id) => {
        const firing = history.state.firings.get(id);
        return firing?.outcome !== 'waiting' || firing.isBuffered;
      });
    });

  const settleHere = async (ids: readonly string[]) => {
    const exited = new Set<string>();
    const engine = new FiringEngine(
      {
        ...{ host, env, history, deliveries: paths.deliveries },
        owner: { id: randomUUID(), process: context.process },
        triggering: triggering.current,
        findClient: context.findClient,
        supervise: (run, args, onExit) =>
          context.supervise(run, args, (exit) => {
            exited.add(run.paths.run);
            onExit(exit);
          }),
      },
      {
        scope: new Set(ids),
        onPass: () => {},
        onError: (error) => logError(host.root, `schedule: ${describeThrown(error)}`, host.now()),
      },
    );
    await engine.evaluate();
    // A process that cannot take its run says why.
    await until(() =>
      ids.every((id) => {
        const run = history.state.firings.get(id)?.run ?? null;
        return run === null || exited.has(run) || isAcquired(run, host);
      }),
    );
    await engine.evaluate();
    await engine.close();
  };

  return {
    book,
    async settle(ids) {
      await (context.hasHub() ? settleByHub(ids) : settleHere(ids));
      return ids.map((id) => book.firing(id));
    },
  };
}

function isAcquired(run: string, { root }: Host): boolean {
  return loadRun(runPaths(root, run)).state.supervision.current !== null;
}
