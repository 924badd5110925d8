import { SwarmError } from '../../errors/swarm-error.ts';
import type { NamedWebhook } from '../config/named-triggers.ts';
import type { DeliveryRequest } from './parse-payload.ts';
import { type ReceiveContext, receiveDelivery } from './receive-delivery.ts';
import { DeliveryRejected } from './senders/sender.ts';

export interface AnswerContext extends ReceiveContext {
  onAccepted(): void;
  /** A request that was not accepted, and why. */
  onRejected(webhook: string, reason: string): void;
  onError(error: unknown): void;
}

/**
 * Answers `POST /hooks/<name>`: 202 once the delivery is on the disk, or when there is nothing to do
 * about it.
 */
export async function answerDelivery(
  webhook: NamedWebhook,
  request: DeliveryRequest,
  context: AnswerContext,
): Promise<Response> {
  if (request.method !== 'POST') {
    return Response.json(
      { error: { message: 'expected POST' } },
      { status: 405, headers: { Allow: 'POST' } },
    );
  }
  try {
    const received = await receiveDelivery(webhook, request, context);
    if (received.status === 'challenge') return Response.json({ challenge: received.challenge });
    if (received.status === 'accepted') context.onAccepted();
    return Response.json(received, { status: 202 });
  } catch (error) {
    const { status, message } = toProblem(error, context);
    context.onRejected(webhook.name, message);
    return Response.json({ error: { message } }, { status });
  }
}

/** The sender learns nothing about this machine. */
function toProblem(
  error: unknown,
  { onError }: AnswerContext,
): { status: number; message: string } {
  if (error instanceof DeliveryRejected) return error;
  onError(error);
  return error instanceof SwarmError
    ? { status: 503, message: 'this webhook is not set up; the hub has more' }
    : { status: 500, message: 'the delivery could not be stored' };
}
