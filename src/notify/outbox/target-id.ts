import { sha256 } from '../../platform/sha256.ts';
import type { NotifyTarget } from '../target-schema.ts';

/** A target of the configuration, as the outbox knows it. */
export interface KnownTarget {
  id: string;
  /** Its host, or the name of the variable that holds its address. */
  label: string;
}

/** Nothing of it reveals an address that is a secret. */
export function identifyTarget({ url, urlEnv, format }: NotifyTarget): KnownTarget {
  const id = sha256(JSON.stringify([url ?? null, urlEnv ?? null, format])).slice(0, 12);
  return { id, label: url === undefined ? (urlEnv ?? '') : new URL(url).host };
}

/** The targets that subscribe to an event. */
export function targetsFor(targets: readonly NotifyTarget[], type: string): KnownTarget[] {
  return targets.filter(({ events }) => events.some((event) => event === type)).map(identifyTarget);
}
