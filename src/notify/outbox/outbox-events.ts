import * as z from 'zod/mini';

/** The events of an outbox: messages to other programs, and what became of them at each target. */

const at = z.iso.datetime({ precision: 3 });
const id = z.string();
/** A hash of the target's address and format; the address itself may be a secret. */
const target = z.string();

/** The first event with a message's id counts. */
const messageAdded = z.strictObject({
  event: z.literal('message.added'),
  at,
  id,
  /** Such as `run.ended`. */
  type: z.string(),
  /** Messages of one run reach a target in their order. */
  run: z.nullable(z.string()),
  /** What receivers get as `data`. */
  data: z.record(z.string(), z.unknown()),
  targets: z.array(z.strictObject({ id: target, label: z.string() })),
});

const messageDelivered = z.strictObject({ event: z.literal('message.delivered'), at, id, target });

const messageFailed = z.strictObject({
  event: z.literal('message.failed'),
  at,
  id,
  target,
  error: z.string(),
  /** Null if it is given up. */
  retryAt: z.nullable(at),
});

/** A person asks for another try at all targets that gave up. */
const messageReplayed = z.strictObject({
  event: z.literal('message.replayed'),
  at,
  id,
  by: z.string(),
});

/** A process sends while no hub does. Of several the first that is alive does. */
const senderStarted = z.strictObject({
  event: z.literal('sender.started'),
  at,
  sender: z.string(),
  process: z.strictObject({ pid: z.int(), startedAt: z.nullable(z.string()) }),
});

const senderEnded = z.strictObject({ event: z.literal('sender.ended'), at, sender: z.string() });

export const outboxEvent = z.discriminatedUnion('event', [
  messageAdded,
  messageDelivered,
  messageFailed,
  messageReplayed,
  senderStarted,
  senderEnded,
]);
export type OutboxEvent = z.infer<typeof outboxEvent>;
export type OutboxEventOf<Name extends OutboxEvent['event']> = Extract<
  OutboxEvent,
  { event: Name }
>;
