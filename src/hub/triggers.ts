import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CONFIG_FILE } from '../config/read-config.ts';
import { watchFiles } from '../operations/watch-files.ts';
import { describeThrown, logError } from '../store/error-log.ts';
import type { Host } from '../store/host.ts';
import { hubPaths } from '../store/hub-paths.ts';
import { openTriggering } from './config/live-triggering.ts';
import type { FiringContext } from './firings/firing-context.ts';
import { createFiringEngine } from './firings/firing-engine.ts';
import type { EventOf } from './store/history-events.ts';
import { openHistory } from './store/history.ts';
import { openTriggerBook, type TriggerBook } from './trigger-book.ts';

/** What the triggers of one repository need of their process. */
export interface TriggersContext {
  host: Host;
  env: Readonly<Record<string, string | undefined>>;
  /** Starts `swarm run` for a run. */
  supervise: FiringContext['supervise'];
  /** This process. */
  process: EventOf<'firing.claimed'>['owner']['process'];
  /** @throws {SwarmError} if no client is installed that could execute a run */
  findClient(): Promise<string>;
  /** Calls back once, after some milliseconds. @returns what cancels it */
  setTimer(callback: () => void, ms: number): () => void;
}

/** Schedules, webhooks in and webhooks out of one repository. */
export interface Triggers extends TriggerBook {
  /** Calls a listener after anything of this has changed. @returns what ends it */
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
}

/**
 * The longest time without a look at the clock; milliseconds. Timers stand still while the machine
 * sleeps, so a longer one would be late by that time. With no schedule there is no timer at all.
 */
const LONGEST_WAIT_MS = 60_000;

/** How often the processes of working runs are looked for; milliseconds. */
const LOOK_MS = 15_000;

/** Starts the triggers of a repository: firings that were begun or missed are completed first. */
export async function startTriggers(context: TriggersContext): Promise<Triggers> {
  const { host, env } = context;
  const { root, stateDir } = host;
  const paths = hubPaths(stateDir, root);
  mkdirSync(paths.dir, { recursive: true, mode: 0o700 });
  const history = openHistory(paths.history);
  const triggering = openTriggering(root);
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };
  const onError = (error: unknown) => logError(root, `hub: ${describeThrown(error)}`, host.now());
  let cancelTimer = () => {};

  const engine = createFiringEngine(
    {
      host,
      env,
      history,
      deliveries: paths.deliveries,
      owner: { id: randomUUID(), process: context.process },
      triggering: triggering.current,
      findClient: context.findClient,
      supervise: context.supervise,
    },
    {
      scope: 'all',
      onError,
      onPass(nextAt) {
        changed();
        cancelTimer();
        const waits = [
          ...(nextAt === null ? [] : [nextAt - Date.parse(host.now()), LONGEST_WAIT_MS]),
          ...(hasWorkingRun() ? [LOOK_MS] : []),
        ];
        if (waits.length === 0) return;
        cancelTimer = context.setTimer(() => void engine.evaluate(), Math.max(0, Math.min(...waits)));
      },
    },
  );
  const hasWorkingRun = () =>
    [...history.state.firings.values()].some(({ outcome, end }) => outcome === 'started' && !end);
  const book = openTriggerBook({
    host,
    env,
    history,
    triggering,
    onChange: () => void engine.evaluate(),
  });
  const watchers = [
    // Other processes append to the history, such as `swarm schedule pause`.
    watchFiles(paths.dir, { depth: 0 }, listenWith(() => void engine.evaluate(), onError)),
    watchFiles(
      join(root, CONFIG_FILE),
      {},
      listenWith(() => {
        triggering.reload();
        void engine.evaluate();
      }, onError),
    ),
  ];
  await engine.evaluate();
  return {
    ...book,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      cancelTimer();
      await Promise.all(watchers.map((stop) => stop()));
      await engine.close();
      cancelTimer();
    },
  };
}

function listenWith(onChange: () => void, onError: (error: unknown) => void) {
  return { onChange, onError, onPolling: () => {} };
}
