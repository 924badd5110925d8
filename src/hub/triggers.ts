import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { CONFIG_FILE } from '../config/config-file.ts';
import { watchFiles } from '../operations/watch-files.ts';
import { describeThrown, logError } from '../store/error-log.ts';
import { createEventLog } from '../store/event-log.ts';
import type { Host } from '../store/host.ts';
import { hubPaths } from '../store/hub-paths.ts';
import type { FiringView, OutboxView } from '../view/triggers/trigger-views.ts';
import { openTriggering } from './config/live-triggering.ts';
import type { FiringContext } from './firings/firing-context.ts';
import { FiringEngine } from './firings/firing-engine.ts';
import { HubMessages } from './hub-messages.ts';
import { type History, openHistory } from './store/history.ts';
import { viewOfOutbox } from './store/outbox-view.ts';
import { TriggerBook } from './trigger-book.ts';
import { answerDelivery } from './webhooks/answer-delivery.ts';
import { DeliveryStore } from './webhooks/delivery-store.ts';
import type { DeliveryRequest } from './webhooks/parse-payload.ts';
import { prunePayloads } from './webhooks/prune-payloads.ts';

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
  /** The address of the hub, for links in messages; null before it listens. */
  hubUrl(): string | null;
  fetch: typeof fetch;
  /** Tells the person who started the hub what is wrong with the configuration. */
  onNote(text: string): void;
  /** Calls back once, after some milliseconds. @returns what cancels it */
  setTimer(callback: () => void, ms: number): () => void;
}

/**
 * The longest time without a look at the clock; milliseconds. Timers stand still while the machine
 * sleeps, so a longer one would be late by that time. With no schedule there is no timer at all.
 */
const LONGEST_WAIT_MS = 60_000;

/** Changes within this time cause one pass; milliseconds. */
const SETTLE_MS = 20;

/** How often the processes of working runs are looked for; milliseconds. */
const LOOK_MS = 15_000;

/**
 * Schedules, webhooks in and webhooks out of one repository, as a hub keeps them running. Nothing is
 * fired before the first `evaluate`, which also completes what was begun or missed.
 */
export class Triggers {
  /** How people see and change them. */
  readonly book: TriggerBook;
  readonly #context: TriggersContext;
  readonly #engine: FiringEngine;
  readonly #history: History;
  readonly #store: DeliveryStore;
  readonly #messages: HubMessages;
  readonly #watchers: (() => Promise<void>)[];
  readonly #listeners = new Set<() => void>();
  #cancelTimer = () => {};
  /** Cancels a pass that was asked for. */
  #soon: (() => void) | null = null;
  /** The problems that were reported and have not been solved since. */
  #noted: ReadonlySet<string> = new Set();
  #isClosed = false;

  constructor(context: TriggersContext) {
    this.#context = context;
    const { host, env } = context;
    const paths = hubPaths(host.stateDir, host.root);
    for (const path of [paths.history, paths.outbox]) createEventLog(path);
    const history = openHistory(paths.history);
    const triggering = openTriggering(host.root);
    this.#messages = new HubMessages({
      ...context,
      path: paths.outbox,
      targets: () => triggering.current().targets,
      onChange: () => this.#changed(),
      onError: (error) => this.#logError(error),
    });
    const onChange = () => void this.evaluate();
    this.#history = history;
    this.#store = new DeliveryStore(history, paths.deliveries);
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
      this.#noteProblems();
      onChange();
    };
    this.#watchers = [
      // Other processes append to them, such as `swarm schedule pause`.
      ...[paths.history, paths.outbox].map((path) =>
        watchFiles(
          path,
          {},
          this.#listener(() => this.#evaluateSoon()),
        ),
      ),
      watchFiles(join(host.root, CONFIG_FILE), {}, this.#listener(reload)),
    ];
  }

  /** Whether a webhook has this name. */
  hasWebhook(name: string): boolean {
    return this.book.hasWebhook(name);
  }

  /**
   * Answers `POST /hooks/<name>`. The request carries its own proof, so the hub's token is not needed.
   * @throws {SwarmError} if there is no such webhook
   */
  receive(name: string, request: DeliveryRequest): Promise<Response> {
    const { host, env } = this.#context;
    return answerDelivery(this.book.webhook(name), request, {
      env,
      root: host.root,
      history: this.#history,
      store: this.#store,
      now: () => Date.parse(host.now()),
      onAccepted: () => this.#evaluateSoon(),
      onRejected: (webhook, reason) => this.book.reject(webhook, reason),
      onError: (error) => this.#logError(error),
    });
  }

  /** Completes what was begun or missed, and sends what was not sent. */
  start(): void {
    const { host } = this.#context;
    this.#noteProblems();
    prunePayloads(this.#history.state, hubPaths(host.stateDir, host.root).deliveries, host.now());
    this.#messages.start();
    void this.evaluate();
  }

  /** Messages to other programs, and what became of them. */
  outbox(): OutboxView {
    return viewOfOutbox(this.#messages.outbox.state);
  }

  /**
   * Takes a delivery again as a new firing, or sends a message again to targets that gave up.
   * @param id of a delivery's firing, or of a message
   * @throws {SwarmError} if there is neither
   */
  replay(id: string, by: string): { firing: FiringView } | { message: string } {
    if (this.#messages.replay(id, by)) return { message: id };
    return { firing: this.book.replay(id, by) };
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
    this.#soon?.();
    await Promise.all(this.#watchers.map((stop) => stop()));
    await this.#engine.close();
    await this.#messages.close();
    this.#cancelTimer();
  }

  /** Waits for the next time. @param nextAt milliseconds */
  #wait(nextAt: number | null): void {
    this.#messages.report(this.#history.state);
    this.#changed();
    this.#cancelTimer();
    const waits = [
      ...(nextAt === null ? [] : [nextAt - Date.parse(this.#context.host.now()), LONGEST_WAIT_MS]),
      ...(this.book.hasWorkingRun() ? [LOOK_MS] : []),
    ];
    if (waits.length === 0 || this.#isClosed) return;
    const ms = Math.max(0, Math.min(...waits));
    this.#cancelTimer = this.#context.setTimer(() => void this.evaluate(), ms);
  }

  #noteProblems(): void {
    const { host, onNote } = this.#context;
    const problems = this.book.problems();
    const news = problems.filter((problem) => !this.#noted.has(problem));
    this.#noted = new Set(problems);
    for (const problem of news) onNote(`${host.root}: ${problem}`);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Many deliveries at once, and the changes of files that they cause, need one pass. */
  #evaluateSoon(): void {
    this.#soon ??= this.#context.setTimer(() => {
      this.#soon = null;
      this.#messages.wake();
      void this.evaluate();
    }, SETTLE_MS);
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
