import { Webhook } from 'standardwebhooks';
import { EXIT, SwarmError } from '../../../errors/swarm-error.ts';
import { DeliveryRejected, requireHeader, type SenderKind, textField } from './sender.ts';

const HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];

/** @throws {SwarmError} if the secret is not in base64 */
function webhookOf(secret: string): Webhook {
  try {
    return new Webhook(secret);
  } catch (error) {
    throw new SwarmError(
      'expected a secret in base64, such as `whsec_` and the output of `openssl rand -base64 32`',
      EXIT.badInput,
      { cause: error },
    );
  }
}

/** https://www.standardwebhooks.com: the secret is in base64, usually behind `whsec_`. */
export const standardWebhooks: SenderKind = {
  async verify({ headers, body }, secret) {
    const webhook = webhookOf(secret);
    const signed = Object.fromEntries(HEADERS.map((name) => [name, requireHeader(headers, name)]));
    try {
      webhook.verify(body, signed, { jsonParse: false });
    } catch (error) {
      throw new DeliveryRejected(401, (error as Error).message);
    }
  },
  describe: ({ headers }, payload) => ({
    id: headers.get('webhook-id'),
    event: textField(payload, 'type') ?? '',
  }),
  async sign(body, secret, { id, now }) {
    const time = new Date(now);
    return {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now / 1_000)),
      'webhook-signature': webhookOf(secret).sign(id, time, body),
    };
  },
};
