import { type DeliveryHeaders, DeliveryRejected } from './senders/sender.ts';

/** The longest body of a delivery; bytes. */
const MAX_BODY = 5_000_000;

/** What is needed of a request; a `Request` has it, and so has that of a server. */
export interface DeliveryRequest {
  method: string;
  headers: DeliveryHeaders;
  body: AsyncIterable<Uint8Array> | null;
}

/**
 * Reads the body of a request.
 * @throws {DeliveryRejected} if it is too long
 */
export async function readBody(request: DeliveryRequest): Promise<string> {
  const tooLong = new DeliveryRejected(413, `expected at most ${MAX_BODY} bytes`);
  if (Number(request.headers.get('Content-Length') ?? 0) > MAX_BODY) throw tooLong;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > MAX_BODY) throw tooLong;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * The payload of a delivery: JSON, or a form whose field `payload` may hold JSON.
 * @throws {DeliveryRejected} if it is neither
 */
export function parsePayload(body: string, contentType: string | null): unknown {
  try {
    if (!contentType?.startsWith('application/x-www-form-urlencoded')) return JSON.parse(body);
    const fields = Object.fromEntries(new URLSearchParams(body));
    return fields.payload === undefined ? fields : JSON.parse(fields.payload);
  } catch {
    throw new DeliveryRejected(400, 'expected a body in JSON');
  }
}
