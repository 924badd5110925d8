import { Webhook } from 'standardwebhooks';
import { SwarmError } from '../../errors/swarm-error.ts';
import { sanitizeLine } from '../../text/sanitize.ts';
import { findSecret, findVariable, type SecretSources } from '../find-secret.ts';
import { isSafeAddress, type NotifyTarget } from '../target-schema.ts';
import type { Message } from './outbox-state.ts';

export type SendResult =
  | { isDelivered: true }
  | {
      isDelivered: false;
      error: string;
      /** Whether the receiver wants nothing more of this. */
      isFinal: boolean;
      /** How long the receiver asked to be left alone; milliseconds. */
      retryAfterMs: number;
    };

export interface SendContext extends SecretSources {
  fetch: typeof fetch;
  /** Milliseconds. */
  now(): number;
}

const TIMEOUT_MS = 10_000;
const MAX_ERROR = 200;
const GONE = 410;
const LONGEST_WAIT_S = 24 * 60 * 60;

/** Posts a message to a target. Redirects are not followed: they could lead anywhere. */
export async function sendMessage(
  message: Message,
  target: NotifyTarget,
  context: SendContext,
): Promise<SendResult> {
  try {
    const url = addressOf(target, context);
    const { body, headers } = render(message, target, context);
    const response = await context.fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'User-Agent': 'swarm-parallel', ...headers },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    if (response.ok) return { isDelivered: true };
    return failed(`HTTP ${response.status}`, response);
  } catch (error) {
    return failed(describe(error));
  }
}

function failed(error: string, response?: Response): SendResult {
  const seconds = Number(response?.headers.get('Retry-After') ?? 0);
  const isFinal = response?.status === GONE;
  const retryAfterMs = seconds > 0 ? Math.min(seconds, LONGEST_WAIT_S) * 1_000 : 0;
  return { isDelivered: false, error: sanitizeLine(error, MAX_ERROR), isFinal, retryAfterMs };
}

/** An error of `fetch` names the cause only in `cause`. No error names the address. */
function describe(error: unknown): string {
  if (error instanceof SwarmError) return error.message;
  const { name, cause } = error as Error;
  if (name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1_000} seconds`;
  return (cause as NodeJS.ErrnoException | undefined)?.code ?? 'the request failed';
}

function addressOf({ url, urlEnv }: NotifyTarget, sources: SecretSources): string {
  const address = url ?? findVariable(urlEnv ?? '', sources);
  if (isSafeAddress(address)) return address;
  throw new SwarmError(
    `expected ${urlEnv} to hold an address that begins with https:// (http:// only for this machine)`,
  );
}

function render(
  { id, type, at, data }: Message,
  target: NotifyTarget,
  context: SendContext,
): { body: string; headers: Record<string, string> } {
  if (target.format === 'slack') {
    return { body: JSON.stringify({ text: toSlack(data) }), headers: {} };
  }
  const body = JSON.stringify({ type, timestamp: at, data });
  const sentAt = new Date(context.now());
  return {
    body,
    headers: {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1_000)),
      'webhook-signature': sign(findSecret(target, context), id, sentAt, body),
    },
  };
}

function sign(secret: string, id: string, at: Date, body: string): string {
  let webhook: Webhook;
  try {
    webhook = new Webhook(secret);
  } catch (error) {
    throw new SwarmError('the secret of the target is not in base64', 2, { cause: error });
  }
  return webhook.sign(id, at, body);
}

/** Slack's own markup: `&`, `<` and `>` are escaped, a link is `<address|text>`. */
function toSlack({ message, repository, url }: Message['data']): string {
  const escapeText = (text: unknown) =>
    String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const text = `*${escapeText(repository)}*: ${escapeText(message)}`;
  return typeof url === 'string' ? `${text} <${url}|Open>` : text;
}
