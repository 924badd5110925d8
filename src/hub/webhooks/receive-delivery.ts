import { findSecret } from '../../notify/find-secret.ts';
import { sha256 } from '../../platform/sha256.ts';
import { sanitizeLine } from '../../text/sanitize.ts';
import type { NamedWebhook } from '../config/named-triggers.ts';
import { isoOf } from '../schedules/due-times.ts';
import type { History } from '../store/history.ts';
import type { EventOf } from '../store/history-events.ts';
import { payloadFile } from './delivery-file.ts';
import type { DeliveryStore } from './delivery-store.ts';
import { type DeliveryRequest, parsePayload, readBody } from './parse-payload.ts';
import type { RawDelivery } from './senders/sender.ts';
import { SENDER_KINDS } from './senders/sender-kinds.ts';

export interface ReceiveContext {
  env: Readonly<Record<string, string | undefined>>;
  /** The directory that paths of secrets are relative to. */
  root: string;
  history: History;
  store: DeliveryStore;
  /** Milliseconds. */
  now(): number;
}

/** What a delivery became, as its sender is told. */
export type ReceivedDelivery =
  | { status: 'accepted' | 'duplicate'; firing: string }
  | { status: 'ignored'; event: string }
  | { status: 'challenge'; challenge: string };

/** More than any sender uses; characters. */
const MAX_ID = 200;

/**
 * Verifies a request and writes the delivery to the disk.
 * @throws {DeliveryRejected} if it is not accepted; nothing was written then
 * @throws {SwarmError} if the secret cannot be found
 */
export async function receiveDelivery(
  webhook: NamedWebhook,
  request: DeliveryRequest,
  context: ReceiveContext,
): Promise<ReceivedDelivery> {
  const delivery = { headers: request.headers, body: await readBody(request) };
  const secret = findSecret(webhook, context);
  const sender = SENDER_KINDS[webhook.from];
  await sender.verify(delivery, secret, context.now());
  const payload = parsePayload(delivery.body, request.headers.get('Content-Type'));
  const challenge = challengeOf(webhook, payload);
  if (challenge !== null) return { status: 'challenge', challenge };
  const facts = sender.describe(delivery, payload);
  const event = sanitizeLine(facts.event, MAX_ID);
  const id = sanitizeLine(facts.id ?? '', MAX_ID) || idOf(webhook, delivery);
  if (!isWanted(webhook, event)) {
    context.history.append([ignored(webhook, id, event, context)]);
    return { status: 'ignored', event };
  }
  const requested = requestOf(webhook, id, event, context);
  const text = JSON.stringify(payload);
  const isNew = await context.store.store(requested, requested.delivery.file, text);
  return { status: isNew ? 'accepted' : 'duplicate', firing: requested.firing };
}

/** Whether a webhook takes an event: every one, its full name, or the name in front of the dot. */
export function isWanted({ events }: Pick<NamedWebhook, 'events'>, event: string): boolean {
  return (
    events.length === 0 || events.includes(event) || events.includes(event.split('.')[0] ?? '')
  );
}

/** Slack wants a text back before it sends events. */
function challengeOf({ from }: NamedWebhook, payload: unknown): string | null {
  if (from !== 'slack' || typeof payload !== 'object' || payload === null) return null;
  const { type, challenge } = payload as { type?: unknown; challenge?: unknown };
  return type === 'url_verification' && typeof challenge === 'string' ? challenge : null;
}

/** Slack repeats a request as it was, with its timestamp. Other senders without an id do not say. */
function idOf({ from }: NamedWebhook, { headers, body }: RawDelivery): string {
  const time = from === 'slack' ? headers.get('X-Slack-Request-Timestamp') : crypto.randomUUID();
  return sha256(`${time}:${body}`).slice(0, 32);
}

function ignored(
  { name }: NamedWebhook,
  delivery: string,
  event: string,
  { now }: ReceiveContext,
): EventOf<'delivery.ignored'> {
  return { event: 'delivery.ignored', at: isoOf(now()), webhook: name, delivery, name: event };
}

function requestOf({ name }: NamedWebhook, id: string, event: string, { now }: ReceiveContext) {
  const firing = `${name}/${id}`;
  return {
    event: 'firing.requested',
    at: isoOf(now()),
    firing,
    trigger: 'webhook',
    name,
    origin: 'delivery',
    scheduledFor: null,
    by: null,
    overlap: null,
    delivery: { id, event, file: payloadFile(firing) },
  } as const;
}
