import { createHmac } from 'node:crypto';
import { isSameSecret } from '../../../platform/is-same-secret.ts';
import { DeliveryRejected, requireHeader, type SenderKind, textField } from './sender.ts';

/** A request that was signed longer ago may be a recorded one; milliseconds. */
const WINDOW_MS = 5 * 60_000;

/** Slack's request signing, version 0, for events, commands and interactive messages. */
export const slack: SenderKind = {
  async verify({ headers, body }, secret, now) {
    const signature = requireHeader(headers, 'X-Slack-Signature');
    const timestamp = requireHeader(headers, 'X-Slack-Request-Timestamp');
    const signedAt = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) * 1_000 : Number.NaN;
    if (!(Math.abs(now - signedAt) <= WINDOW_MS)) {
      throw new DeliveryRejected(401, 'the request was not signed within the last five minutes');
    }
    if (isSameSecret(signature, signatureOf(body, secret, timestamp))) return;
    throw new DeliveryRejected(401, 'X-Slack-Signature does not fit the body');
  },
  describe(_, payload) {
    const { event } = payload as { event?: unknown };
    const id = textField(payload, 'event_id') ?? textField(payload, 'trigger_id');
    const type = textField(event, 'type') ?? textField(payload, 'command');
    return { id, event: type ?? textField(payload, 'type') ?? '' };
  },
  async sign(body, secret, { now }) {
    const timestamp = String(Math.floor(now / 1_000));
    return {
      'X-Slack-Signature': signatureOf(body, secret, timestamp),
      'X-Slack-Request-Timestamp': timestamp,
    };
  },
};

function signatureOf(body: string, secret: string, timestamp: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}
