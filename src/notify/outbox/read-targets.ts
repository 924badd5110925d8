import { readConfig } from '../../config/read-config.ts';
import { SwarmError } from '../../errors/swarm-error.ts';
import { type NotifyTarget, notifyTargets } from '../target-schema.ts';

/**
 * The targets of a repository. @param root absolute
 * @throws {SwarmError} when one of them is invalid; `swarm webhook list` says what is wrong
 */
export function readTargets(root: string): NotifyTarget[] {
  const parsed = notifyTargets.safeParse(readConfig(root).notify?.targets ?? []);
  if (parsed.success) return parsed.data;
  throw new SwarmError(
    'notify.targets is invalid: nothing is sent. `swarm webhook list` has the details',
  );
}
