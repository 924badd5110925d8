import { sign, verify } from '@octokit/webhooks-methods';
import { DeliveryRejected, requireHeader, type SenderKind, textField } from './sender.ts';

const SIGNATURE = 'X-Hub-Signature-256';

/** GitHub's webhooks: an HMAC of the body, and an id and an event in headers. */
export const github: SenderKind = {
  async verify({ headers, body }, secret) {
    const signature = requireHeader(headers, SIGNATURE);
    const isWellFormed = /^sha256=[0-9a-f]{64}$/.test(signature) && body !== '';
    if (isWellFormed && (await verify(secret, body, signature))) return;
    throw new DeliveryRejected(401, `${SIGNATURE} does not fit the body`);
  },
  describe({ headers }, payload) {
    const event = headers.get('X-GitHub-Event') ?? '';
    const action = textField(payload, 'action');
    return {
      id: headers.get('X-GitHub-Delivery'),
      event: action === null ? event : `${event}.${action}`,
    };
  },
  async sign(body, secret, { id, event }) {
    return {
      [SIGNATURE]: await sign(secret, body),
      'X-GitHub-Delivery': id,
      'X-GitHub-Event': event.replace(/\..*/, ''),
    };
  },
};
