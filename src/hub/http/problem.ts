import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { EXIT, SwarmError } from '../../errors/swarm-error.ts';

const STATUS_OF_EXIT: Readonly<Record<number, ContentfulStatusCode>> = {
  [EXIT.badInput]: 400,
  [EXIT.notFound]: 404,
  [EXIT.notCompleted]: 409,
  [EXIT.humanNeeded]: 409,
};

/** An error of the API: `{"error": {"message"}}`. */
export function problem(c: Context, status: ContentfulStatusCode, message: string): Response {
  return c.json({ error: { message } }, status);
}

/** Answers what a use case has thrown. @throws what is a fault of this program */
export function problemOf(c: Context, error: unknown): Response {
  if (!(error instanceof SwarmError)) throw error;
  return problem(c, STATUS_OF_EXIT[error.exitCode] ?? 400, error.message);
}
