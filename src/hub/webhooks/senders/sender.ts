/** The headers of a request. */
export interface DeliveryHeaders {
  get(name: string): string | null;
}

/** A request as it came in. */
export interface RawDelivery {
  headers: DeliveryHeaders;
  body: string;
}

interface DeliveryFacts {
  /** As the sender names it, so that it has the same one when it is sent again; null if it has none. */
  id: string | null;
  /** Such as `pull_request.opened`; empty if the sender names none. */
  event: string;
}

/** How one kind of sender proves who it is. */
export interface SenderKind {
  /**
   * @param now milliseconds
   * @throws {DeliveryRejected} if it was not signed with the secret, or too long ago
   */
  verify(delivery: RawDelivery, secret: string, now: number): Promise<void>;
  describe(delivery: RawDelivery, payload: unknown): DeliveryFacts;
  /** The headers of a delivery, for tests of a webhook. */
  sign(body: string, secret: string, facts: SignedFacts): Promise<Record<string, string>>;
}

interface SignedFacts {
  id: string;
  event: string;
  /** Milliseconds. */
  now: number;
}

/** A request that is not accepted. */
export class DeliveryRejected extends Error {
  readonly status: number;

  /** @param status of HTTP; the message is shown to the sender */
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** @throws {DeliveryRejected} if the request has no such header */
export function requireHeader(headers: DeliveryHeaders, name: string): string {
  const value = headers.get(name);
  if (value) return value;
  throw new DeliveryRejected(400, `expected the header ${name}, found none`);
}

/** A field of a payload, if it is a text. */
export function textField(payload: unknown, name: string): string | null {
  if (typeof payload !== 'object' || payload === null || !Object.hasOwn(payload, name)) return null;
  const value = (payload as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : null;
}
