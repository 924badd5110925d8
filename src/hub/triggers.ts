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
import { FiringEngine } from './firings/firing-engine.ts';
import { openHistory } from './store/history.ts';
import { TriggerBook } from './trigger-book.ts';

/** What the triggers of one repository need of their process. */
export interface TriggersContext {
  host: Host;
  env: Readonly<Record<string, string | undefined>>;
  /** This process. */
  process: FiringContext['owner']['process'];
  /** Starts `swarm run` for a run. */
  supervise: FiringContext['supervise'];
  /** @throws {SwarmError} if no client is installed that could execute a run */
  findClient(): Promise<string>;
  /** Calls back once, after some milliseconds. @returns what cancels it */
  setTimer(callback: () => void, ms: number): () => void;
}

/**
 * The longest time without a look at the clock; milliseconds. Timers stand still while the machine
 * sleeps, so a longer one would be late by that time. With no schedule there is no timer at all.
 */
const LONGEST_WAIT_MS = 60_000;

/** How often the processes of working runs are looked for; milliseconds. */
const LOOK_MS = 15_000;

/** Schedules, webhooks in and webhooks out of one repository, as a hub keeps them running. */
export class Triggers {
  /** How people see and change them. */
  readonly book: TriggerBook;
  readonly #context: TriggersContext;
  readonly #engine: FiringEngine;
  readonly #watchers: (() => Promise<void>)[];
  readonly #listeners = new Set<() => void>();
  #cancelTimer = () => {};
  #isClosed = false;

  constructor(context: TriggersContext) {
    this.#context = context;
    const { host, env } = context;
    const paths = hubPaths(host.stateDir, host.root);
    mkdirSync(paths.dir, { recursive: true, mode: 0o700 });
    const history = openHistory(paths.history);
    const triggering = openTriggering(host.root);
    const onChange = () => void this.evaluate();
    this.book = new TriggerBook({ host, env, history, triggering, onChange });
    const { process, findClient, supervise } = context;
    this.#engine = new FiringEngine(
      {
        ...{ host, env, history, findClient, supervise },
        deliveries: paths.deliveries,
        owner: { id: randomUUID(), process },
        triggering: triggering.current,
      },
      {
        scope: 'all',
        onError: (error) => this.#logError(error),
        onPass: (nextAt) => this.#wait(nextAt),
      },
    );
    const reload = () => {
      triggering.reload();
      onChange();
    };
    this.#watchers = [
      // Other processes append to the history, such as `swarm schedule pause`.
      watchFiles(paths.dir, { depth: 0 }, this.#listener(onChange)),
      watchFiles(join(host.root, CONFIG_FILE), {}, this.#listener(reload)),
    ];
  }

  /** Brings everything up to date. */
  evaluate(): Promise<void> {
    return this.#engine.evaluate();
  }

  /** Calls a listener after anything of this has changed. @returns what ends it */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#watchers.map((stop) => stop()));
    await this.#engine.close();
    this.#cancelTimer();
  }

  /** Waits for the next time. @param nextAt milliseconds */
  #wait(nextAt: number | null): void {
    for (const listener of this.#listeners) listener();
    this.#cancelTimer();
    const waits = [
      ...(nextAt === null ? [] : [nextAt - Date.parse(this.#context.host.now()), LONGEST_WAIT_MS]),
      ...(this.book.hasWorkingRun() ? [LOOK_MS] : []),
    ];
    if (waits.length === 0 || this.#isClosed) return;
    const ms = Math.max(0, Math.min(...waits));
    this.#cancelTimer = this.#context.setTimer(() => void this.evaluate(), ms);
  }

  #logError(error: unknown): void {
    const { root, now } = this.#context.host;
    logError(root, `hub: ${describeThrown(error)}`, now());
  }

  #listener(onChange: () => void) {
    const onError = (error: unknown) => this.#logError(error);
    return { onChange, onError, onPolling: () => {} };
  }
}

/** Starts the triggers of a repository: firings that were begun or missed are completed first. */
export async function startTriggers(context: TriggersContext): Promise<Triggers> {
  const triggers = new Triggers(context);
  await triggers.evaluate();
  return triggers;
}
