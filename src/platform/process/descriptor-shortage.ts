import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';

/** Three pipes with two ends each, and one by which the system reports that the start failed. */
const NEEDED = 8;

/**
 * Why no program with pipes can be started now: too few file descriptors are left. Node 20 leaks the
 * pipes of a start that fails for this reason, so trying it would leave even fewer.
 * @returns the system's error, with code EMFILE or ENFILE; null if there are enough
 */
export function descriptorShortage(): Error | null {
  const open: number[] = [];
  try {
    while (open.length < NEEDED) open.push(openSync(devNull, 'r'));
    return null;
  } catch (error) {
    return error as Error;
  } finally {
    for (const descriptor of open) closeSync(descriptor);
  }
}
