import { isSameSecret } from '../../../platform/is-same-secret.ts';
import { DeliveryRejected, requireHeader, type SenderKind, textField } from './sender.ts';

/** Headers in which senders put an id; the first one that is there counts. */
const ID_HEADERS = ['Idempotency-Key', 'webhook-id', 'X-Request-Id'];

/** A token in `Authorization`, for senders that cannot sign. */
export const bearer: SenderKind = {
  async verify({ headers }, secret) {
    const [, token = ''] = /^Bearer +(\S+)$/i.exec(requireHeader(headers, 'Authorization')) ?? [];
    if (isSameSecret(token, secret)) return;
    throw new DeliveryRejected(401, 'the bearer token is wrong');
  },
  describe: ({ headers }, payload) => ({
    id: ID_HEADERS.map((name) => headers.get(name)).find(Boolean) ?? null,
    event: textField(payload, 'type') ?? textField(payload, 'event') ?? '',
  }),
  sign: async (_, secret, { id }) => ({
    Authorization: `Bearer ${secret}`,
    'Idempotency-Key': id,
  }),
};
