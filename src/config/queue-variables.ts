/** Where the queue is: a URL, with its password. */
export const QUEUE_URL_VARIABLE = 'SWARM_QUEUE_URL';

/** Signs orders and messages; whoever has it can have programs run on every worker. */
export const QUEUE_SECRET_VARIABLE = 'SWARM_QUEUE_SECRET';

type Environment = Readonly<Record<string, string | undefined>>;

/** The environment for clients and checks, which must not be able to give orders. */
export function withoutQueueSecrets(env: Environment): Environment {
  return { ...env, [QUEUE_URL_VARIABLE]: undefined, [QUEUE_SECRET_VARIABLE]: undefined };
}
