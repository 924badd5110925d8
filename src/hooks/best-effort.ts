import { describeThrown, logError } from '../store/error-log.ts';
import type { HookContext } from './hook-context.ts';

/** Writes what no decision depends on: a full disk must not change what an agent may do. */
export function bestEffort(write: () => void, { root, now }: HookContext): void {
  try {
    write();
  } catch (error) {
    logError(root, describeThrown(error), now());
  }
}
