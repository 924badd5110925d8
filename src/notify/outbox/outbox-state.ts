import type { ProcessIdentity } from '../../platform/process/process-identity.ts';
import type { OutboxEvent, OutboxEventOf } from './outbox-events.ts';

/** A message at one target. */
export interface Delivery {
  label: string;
  state: 'pending' | 'delivered' | 'dead';
  attempts: number;
  /** What the last attempt met. */
  error: string | null;
  /** When it may be tried; milliseconds. */
  nextAt: number;
}

export interface Message extends Omit<OutboxEventOf<'message.added'>, 'event' | 'targets'> {
  /** By the target's id. */
  targets: Map<string, Delivery>;
}

/** The fold of an outbox. */
export interface OutboxState {
  messages: Map<string, Message>;
  /** Those with a target that has not got them, and has not given up, in their order. */
  pending: Map<string, Message>;
  /** By the sender's id, in the order of their starts. */
  senders: Map<string, ProcessIdentity>;
}

export function emptyOutbox(): OutboxState {
  return { messages: new Map(), pending: new Map(), senders: new Map() };
}

/** Applies an event, in place. */
export function applyOutboxEvent(state: OutboxState, event: OutboxEvent): void {
  switch (event.event) {
    case 'sender.started':
      state.senders.set(event.sender, event.process);
      break;
    case 'sender.ended':
      state.senders.delete(event.sender);
      break;
    case 'message.added':
      addMessage(state, event);
      break;
    default: {
      const message = state.messages.get(event.id);
      if (message) changeMessage(state, message, event);
    }
  }
}

function addMessage(state: OutboxState, event: OutboxEventOf<'message.added'>): void {
  if (state.messages.has(event.id)) return;
  const { event: _, targets, ...rest } = event;
  const nextAt = Date.parse(event.at);
  const fresh = { state: 'pending', attempts: 0, error: null, nextAt } as const;
  const deliveries = targets.map(({ id, label }) => [id, { ...fresh, label }] as const);
  const message: Message = { ...rest, targets: new Map(deliveries) };
  state.messages.set(message.id, message);
  if (targets.length > 0) state.pending.set(message.id, message);
}

function changeMessage(
  state: OutboxState,
  message: Message,
  event: OutboxEventOf<'message.delivered' | 'message.failed' | 'message.replayed'>,
): void {
  if (event.event === 'message.replayed') {
    for (const one of message.targets.values()) {
      if (one.state !== 'dead') continue;
      Object.assign(one, { state: 'pending', attempts: 0, nextAt: Date.parse(event.at) });
    }
    state.pending.set(message.id, message);
    return;
  }
  const delivery = message.targets.get(event.target);
  if (!delivery || delivery.state === 'delivered') return;
  delivery.attempts++;
  if (event.event === 'message.delivered') {
    Object.assign(delivery, { state: 'delivered', error: null });
  } else {
    const { error, retryAt } = event;
    const isDead = retryAt === null;
    const nextAt = isDead ? delivery.nextAt : Date.parse(retryAt);
    Object.assign(delivery, { error, nextAt, state: isDead ? 'dead' : 'pending' });
  }
  const isPending = [...message.targets.values()].some((one) => one.state === 'pending');
  if (!isPending) state.pending.delete(message.id);
}
