import { findSecret } from '../../notify/find-secret.ts';
import type { Host } from '../../store/host.ts';
import type { WebhookTest } from '../../view/triggers/trigger-views.ts';
import type { NamedWebhook } from '../config/named-triggers.ts';
import { prepareFiring } from '../firings/start-firing.ts';
import { extractInputs } from './extract-inputs.ts';
import { parsePayload } from './parse-payload.ts';
import { isWanted } from './receive-delivery.ts';
import { SENDER_KINDS } from './senders/sender-kinds.ts';

export interface TestContext {
  host: Host;
  env: Readonly<Record<string, string | undefined>>;
}

/** A delivery that was never sent. */
export interface SampleDelivery {
  /** The body, as its sender would send it. */
  body: string;
  /** Of a sender that names it in a header, such as `pull_request`; otherwise it is in the payload. */
  event: string;
}

/**
 * Passes a payload through everything that a delivery passes through, except that nothing is stored
 * and nothing is started: it is signed with the secret and verified, its event is compared, its
 * inputs are put into the plan.
 */
export async function testWebhook(
  webhook: NamedWebhook,
  sample: SampleDelivery,
  context: TestContext,
): Promise<WebhookTest> {
  const result: WebhookTest = {
    webhook: webhook.name,
    event: '',
    isWanted: false,
    inputs: {},
    goal: null,
    titles: [],
    problems: [],
  };
  try {
    const payload = await verifySample(webhook, sample, context);
    result.event = payload.event;
    result.isWanted = isWanted(webhook, payload.event);
    fillPlan(webhook, payload.value, result, context);
  } catch (error) {
    result.problems.push(...(error as Error).message.split('\n'));
  }
  return result;
}

async function verifySample(
  webhook: NamedWebhook,
  { body, event }: SampleDelivery,
  { host, env }: TestContext,
): Promise<{ value: unknown; event: string }> {
  const sender = SENDER_KINDS[webhook.from];
  const secret = findSecret(webhook, { env, root: host.root });
  const now = Date.parse(host.now());
  const headers = new Headers(await sender.sign(body, secret, { id: 'test', event, now }));
  await sender.verify({ headers, body }, secret, now);
  const value = parsePayload(body, null);
  return { value, event: sender.describe({ headers, body }, value).event };
}

function fillPlan(
  webhook: NamedWebhook,
  payload: unknown,
  result: WebhookTest,
  context: TestContext,
): void {
  const { inputs, problems } = extractInputs(payload, webhook.inputs);
  result.inputs = inputs ?? {};
  result.problems.push(...problems);
  const samples = Object.fromEntries(Object.keys(webhook.inputs).map((name) => [name, 'sample']));
  const trigger = { trigger: 'webhook', name: webhook.name } as const;
  const { plan } = prepareFiring(trigger, webhook.plan, inputs ?? samples, context);
  result.goal = plan.goal;
  result.titles = plan.tasks.map(({ title }) => title);
}
