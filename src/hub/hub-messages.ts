import { basename } from 'node:path';
import { parseDuration } from '../config/durations.ts';
import { readConfig } from '../config/read-config.ts';
import { type Outbox, openOutbox } from '../notify/outbox/outbox.ts';
import { OutboxSender } from '../notify/outbox/outbox-sender.ts';
import { messageOf, queueRunMessages } from '../notify/outbox/queue-messages.ts';
import { sendMessage } from '../notify/outbox/send-message.ts';
import { targetsFor } from '../notify/outbox/target-id.ts';
import type { NotifyTarget } from '../notify/target-schema.ts';
import { runDiscardingOutput } from '../platform/process/run-discarding-output.ts';
import type { Host } from '../store/host.ts';
import { listRuns } from '../store/run-index.ts';
import { runPaths } from '../store/run-paths.ts';
import type { HistoryState } from './store/history-state.ts';
import { listTroubles, type Trouble } from './store/list-troubles.ts';

export interface HubMessagesContext {
  host: Host;
  env: Readonly<Record<string, string | undefined>>;
  /** The path of the outbox. */
  path: string;
  targets(): readonly NotifyTarget[];
  /** Where links lead to; null before the hub listens. */
  hubUrl(): string | null;
  fetch: typeof fetch;
  setTimer(callback: () => void, ms: number): () => void;
  onChange(): void;
  onError(error: unknown): void;
}

/** What happened before the start is reported if it is not older than this; milliseconds. */
const LOOK_BACK_MS = 60 * 60_000;

/** How many of the newest runs are searched for events that no notifier has put into the outbox. */
const RUNS_AT_START = 20;

const DEFAULT_TIMEOUT = '10s';

/** What a hub tells other programs: the messages of runs, and troubles of its own. */
export class HubMessages {
  readonly outbox: Outbox;
  readonly #context: HubMessagesContext;
  readonly #sender: OutboxSender;
  readonly #startedAt: number;
  /** The keys of troubles that this process has reported. */
  readonly #reported = new Set<string>();

  constructor(context: HubMessagesContext) {
    this.#context = context;
    const { env, host, fetch } = context;
    const now = () => Date.parse(host.now());
    this.#startedAt = now();
    this.outbox = openOutbox(context.path);
    const { targets, setTimer, onChange, onError } = context;
    this.#sender = new OutboxSender({
      ...{ outbox: this.outbox, targets, now, setTimer, onChange, onError },
      send: (message, target) => sendMessage(message, target, { env, root: host.root, fetch, now }),
    });
  }

  /** Adds what a killed notifier has left out, and begins to send. */
  start(): void {
    const { host, targets, hubUrl } = this.#context;
    const context = { outbox: this.outbox, targets: targets(), hubUrl: hubUrl(), host };
    const runs = context.targets.length > 0 ? listRuns(host.root).slice(-RUNS_AT_START) : [];
    for (const id of runs) {
      try {
        const run = host.load(runPaths(host.root, id));
        // A target that was configured later does not want what happened long ago.
        const isRecent = Date.parse(run.state.lastEventAt) > this.#startedAt - LOOK_BACK_MS;
        if (isRecent) queueRunMessages(run, `hub-${this.#startedAt}`, context);
      } catch (error) {
        this.#context.onError(error);
      }
    }
    this.#sender.wake();
  }

  /** Sends what is due, including what other processes have added. */
  wake(): void {
    this.#sender.wake();
  }

  /** Reports new troubles of the history. */
  report(history: HistoryState): void {
    const news = listTroubles(history, this.#startedAt - LOOK_BACK_MS).filter(
      ({ key }) => !this.#reported.has(key),
    );
    if (news.length === 0) return;
    for (const trouble of news) {
      this.#reported.add(trouble.key);
      this.#queue(trouble);
      if (Date.parse(trouble.at) >= this.#startedAt) this.#runCommand(trouble);
    }
    this.#sender.wake();
  }

  /** Sends a message again to the targets that gave up. @returns whether there is one with this id */
  replay(id: string, by: string): boolean {
    if (!this.outbox.state.messages.has(id)) return false;
    const at = this.#context.host.now();
    this.outbox.append([{ event: 'message.replayed', at, id, by }]);
    this.#sender.wake();
    return true;
  }

  close(): Promise<void> {
    return this.#sender.close();
  }

  #queue({ key, at, type, data, message }: Trouble): void {
    const targets = targetsFor(this.#context.targets(), type);
    if (targets.length === 0) return;
    const added = messageOf(key, type, {
      at,
      run: null,
      targets,
      data: this.#toData(data, message),
    });
    if (!this.outbox.state.messages.has(added.id)) this.outbox.append([added]);
  }

  #toData(data: Trouble['data'], message: string): Trouble['data'] {
    const repository = basename(this.#context.host.root);
    return { repository, ...data, message, url: this.#context.hubUrl() };
  }

  #runCommand({ type: event, data, message }: Trouble): void {
    const { host, onError } = this.#context;
    const { notify } = readConfig(host.root);
    if (!notify?.command) return;
    const input = `${JSON.stringify({ event, ...this.#toData(data, message) })}\n`;
    const timeoutMs = parseDuration(notify.timeout ?? DEFAULT_TIMEOUT);
    runDiscardingOutput(notify.command, { cwd: host.root, input, timeoutMs }).then((failure) => {
      if (failure) onError(new Error(`notify.command: ${failure}`));
    }, onError);
  }
}
