import { checkClient } from '../doctor/check-client.ts';
import type { DoctorEnvironment } from '../doctor/environment.ts';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';

/**
 * The client that workers are started with: `SWARM_CLAUDE_BIN`, else the `claude` on `PATH`.
 * @returns its absolute path
 * @throws {SwarmError} when there is none or it is too old
 */
export async function findClaude(environment: DoctorEnvironment): Promise<string> {
  const { client, findings } = await checkClient(environment);
  const wrong = findings.find(({ level }) => level === 'error');
  if (client && !wrong) return client;
  const { message, fix } = wrong ?? { message: 'no client was found', fix: '' };
  throw new SwarmError(`nothing was started: ${message}. ${fix}`, EXIT.badInput);
}
