import { QUEUE_SECRET_VARIABLE, QUEUE_URL_VARIABLE } from '../config/queue-variables.ts';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { urlWithoutPassword } from '../platform/url-without-password.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A shorter one could be guessed; characters. */
const SHORTEST = 16;

/** The secret that supervisors and workers share. @throws {SwarmError} if there is none, or a short one */
export function queueSecret(env: Environment): string {
  const secret = env[QUEUE_SECRET_VARIABLE] ?? '';
  if (secret.length >= SHORTEST) return secret;
  const found = secret === '' ? 'nothing' : `${secret.length} characters`;
  throw new SwarmError(
    `${QUEUE_SECRET_VARIABLE}: expected a secret of at least ${SHORTEST} characters that all machines share, found ${found}. Make one: openssl rand -hex 32`,
    EXIT.badInput,
  );
}

/** A URL that lacks its password gets it from the environment, if that names the same place. */
export function urlWithPassword(url: string, env: Environment): string {
  const known = env[QUEUE_URL_VARIABLE];
  return known && urlWithoutPassword(known) === url ? known : url;
}
