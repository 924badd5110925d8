import { createHmac } from 'node:crypto';
import * as z from 'zod/mini';
import { isSameSecret } from '../../platform/is-same-secret.ts';
import { PROTOCOL } from './wire-fields.ts';

/** An order or a message as it is sent: its exact JSON and the HMAC-SHA256 of that. */
const signed = z.strictObject({
  protocol: z.int(),
  text: z.string(),
  /** In hex. */
  mac: z.string(),
});
export type Signed = z.infer<typeof signed>;

/** @param secret shared by supervisors and workers, never stored in the engine */
export function sign(content: { protocol: typeof PROTOCOL }, secret: string): Signed {
  const text = JSON.stringify(content);
  return { protocol: content.protocol, text, mac: macOf(text, secret) };
}

export type Verified<Content> =
  | { content: Content; problem: null }
  | { content: null; problem: string };

/**
 * Reads what came from the engine. Nothing of it is used before its signature was verified.
 * @returns the content, or why it is refused
 */
export function verify<Content>(
  received: unknown,
  secret: string,
  schema: z.ZodMiniType<Content>,
): Verified<Content> {
  const envelope = signed.safeParse(received);
  if (!envelope.success) return refused('it is not a signed text');
  const { protocol, text, mac } = envelope.data;
  if (protocol !== PROTOCOL) {
    return refused(
      `it has protocol ${protocol}, expected ${PROTOCOL}: supervisor and worker need the same version of swarm-parallel`,
    );
  }
  if (!isSameSecret(mac, macOf(text, secret))) {
    return refused('its signature is wrong: SWARM_QUEUE_SECRET differs between the machines');
  }
  const parsed = schema.safeParse(parseJson(text));
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0] ?? { path: [], message: 'unknown' };
    return refused(`its content is invalid at ${path.join('.') || 'the top'}: ${message}`);
  }
  return { content: parsed.data, problem: null };
}

function refused(problem: string): { content: null; problem: string } {
  return { content: null, problem };
}

function macOf(text: string, secret: string): string {
  return createHmac('sha256', secret).update(text).digest('hex');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
