import type { Sender } from '../../config/triggers-schema.ts';
import { bearer } from './bearer.ts';
import { github } from './github.ts';
import type { SenderKind } from './sender.ts';
import { slack } from './slack.ts';
import { standardWebhooks } from './standard-webhooks.ts';

/** By the `from` of the configuration. */
export const SENDER_KINDS: Readonly<Record<Sender, SenderKind>> = {
  github,
  'standard-webhooks': standardWebhooks,
  slack,
  bearer,
};
