import { SwarmError } from '../../errors/swarm-error.ts';
import { findSecret } from '../../notify/find-secret.ts';
import type { NamedWebhook } from '../config/named-triggers.ts';
import { explainPlan } from '../firings/explain-plan.ts';

/** What is wrong with the secret and the plan of a webhook, one line each. */
export function explainWebhook(
  webhook: NamedWebhook,
  context: Parameters<typeof explainPlan>[2],
): string[] {
  return [...explainSecret(webhook, context), ...explainPlan('webhook', webhook, context)];
}

function explainSecret(
  webhook: NamedWebhook,
  { host, env }: Parameters<typeof explainPlan>[2],
): string[] {
  try {
    findSecret(webhook, { env, root: host.root });
    return [];
  } catch (error) {
    if (!(error instanceof SwarmError)) throw error;
    return [error.message];
  }
}
