import type { Delivery, Message, OutboxState } from './outbox-state.ts';

/** One message for one target. */
export interface Send {
  message: Message;
  target: string;
  delivery: Delivery;
}

export interface SendPlan {
  /** What can be sent now. */
  due: Send[];
  /** When something else can be sent; null if nothing waits for a time. Milliseconds. */
  wakeAt: number | null;
}

/**
 * What must be sent. The messages of one run reach a target in their order: a later one waits until
 * an earlier one has arrived or was given up. Other runs and other targets do not wait.
 * @param now milliseconds
 */
export function planSends({ pending }: OutboxState, now: number): SendPlan {
  const blocked = new Set<string>();
  const due: Send[] = [];
  let wakeAt: number | null = null;
  for (const message of pending.values()) {
    for (const [target, delivery] of message.targets) {
      const queue = `${target} ${message.run ?? message.id}`;
      if (delivery.state !== 'pending' || blocked.has(queue)) continue;
      blocked.add(queue);
      if (delivery.nextAt <= now) due.push({ message, target, delivery });
      else wakeAt = Math.min(wakeAt ?? delivery.nextAt, delivery.nextAt);
    }
  }
  return { due, wakeAt };
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** How long to wait after each failed attempt, about 16 hours in all; milliseconds. */
const RETRIES = [
  ...[5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE],
  ...[HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR],
];

/**
 * When a failed message is tried again.
 * @param attempts so far, the failed one included
 * @param askedFor how long the receiver asked to be left alone; milliseconds
 * @returns milliseconds from now; null if it is given up
 */
export function retryDelay(attempts: number, askedFor: number): number | null {
  const delay = RETRIES[attempts - 1];
  return delay === undefined ? null : Math.max(delay, askedFor);
}
