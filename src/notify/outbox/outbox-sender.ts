import type { NotifyTarget } from '../target-schema.ts';
import type { Outbox } from './outbox.ts';
import type { OutboxEvent } from './outbox-events.ts';
import { planSends, retryDelay, type Send } from './plan-sends.ts';
import type { SendResult } from './send-message.ts';
import { identifyTarget } from './target-id.ts';

export interface SenderContext {
  outbox: Outbox;
  /** The configuration as it is now. */
  targets(): readonly NotifyTarget[];
  send(message: Send['message'], target: NotifyTarget): Promise<SendResult>;
  /** Milliseconds. */
  now(): number;
  /** Calls back once, after some milliseconds. @returns what cancels it */
  setTimer(callback: () => void, ms: number): () => void;
  /** Called after something was delivered or has failed. */
  onChange(): void;
  onError(error: unknown): void;
}

/** How many messages may be on their way to one target. */
const MOST_AT_ONCE = 4;

/** Timers cannot be longer; milliseconds. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Sends the messages of an outbox, each target by itself: one that is down delays no other. */
export class OutboxSender {
  readonly #context: SenderContext;
  readonly #onTheirWay = new Map<string, Promise<void>>();
  #cancelTimer = () => {};
  #isClosed = false;

  constructor(context: SenderContext) {
    this.#context = context;
  }

  /** Sends what is due, and waits for what is due later. */
  wake(): void {
    if (this.#isClosed) return;
    const { outbox, now, setTimer } = this.#context;
    outbox.refresh();
    const { due, wakeAt } = planSends(outbox.state, now());
    for (const send of due) this.#start(send);
    this.#cancelTimer();
    if (wakeAt === null) return;
    const ms = Math.min(Math.max(0, wakeAt - now()), LONGEST_TIMER_MS);
    this.#cancelTimer = setTimer(() => this.wake(), ms);
  }

  /** Whether nothing is left to send. */
  get isIdle(): boolean {
    return this.#onTheirWay.size === 0 && this.#context.outbox.state.pending.size === 0;
  }

  /** Waits for the messages that are on their way. */
  async settle(): Promise<void> {
    while (this.#onTheirWay.size > 0) await Promise.all(this.#onTheirWay.values());
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelTimer();
    await this.settle();
  }

  #start(send: Send): void {
    const key = `${send.target} ${send.message.id}`;
    const toTarget = [...this.#onTheirWay.keys()].filter((one) =>
      one.startsWith(`${send.target} `),
    );
    if (this.#onTheirWay.has(key) || toTarget.length >= MOST_AT_ONCE) return;
    const sent = this.#send(send)
      .catch((error) => this.#context.onError(error))
      .then(() => {
        this.#onTheirWay.delete(key);
        this.#context.onChange();
        this.wake();
      });
    this.#onTheirWay.set(key, sent);
  }

  async #send({ message, target: id, delivery }: Send): Promise<void> {
    const { outbox, targets, send, now } = this.#context;
    const target = targets().find((one) => identifyTarget(one).id === id);
    const result: SendResult = target
      ? await send(message, target)
      : { isDelivered: false, error: REMOVED, isFinal: true, retryAfterMs: 0 };
    const at = new Date(now()).toISOString();
    outbox.append([toEvent(result, { at, id: message.id, target: id }, delivery.attempts + 1)]);
  }
}

const REMOVED = 'the target is no longer in the configuration';

function toEvent(
  result: SendResult,
  about: { at: string; id: string; target: string },
  attempts: number,
): OutboxEvent {
  if (result.isDelivered) return { event: 'message.delivered', ...about };
  const { error, isFinal, retryAfterMs } = result;
  const delay = isFinal ? null : retryDelay(attempts, retryAfterMs);
  const retryAt = delay === null ? null : new Date(Date.parse(about.at) + delay).toISOString();
  return { event: 'message.failed', ...about, error, retryAt };
}
