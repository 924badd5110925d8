import { didYouMean } from '../text/did-you-mean.ts';

/** The part of a task that is compared with other tasks. */
export interface TaskOutline {
  /** Position in the plan, from 0. */
  index: number;
  id: string;
  needs: string[];
  writes: string[];
}

/**
 * Reads as much of the tasks as is readable, so that one bad field does not hide other findings.
 * @param data the front matter, checked by no schema
 */
export function outlineOf(data: unknown): TaskOutline[] {
  const tasks = (data as { tasks?: unknown } | null)?.tasks;
  if (!Array.isArray(tasks)) return [];
  return tasks.flatMap((task: unknown, index) => {
    const { id, needs, writes } = (task ?? {}) as Record<string, unknown>;
    return typeof id === 'string'
      ? { index, id, needs: onlyStrings(needs), writes: onlyStrings(writes) }
      : [];
  });
}

function onlyStrings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** Finding a similar id compares with every task of the plan, so only the first few get a hint. */
const MAX_HINTS = 20;

/** @returns gives ` (did you mean <id>?)` for an unknown id, or an empty text */
export function makeIdHints(ids: ReadonlySet<string>): (id: string) => string {
  let left = MAX_HINTS;
  return (id) => (left-- > 0 ? didYouMean(id, [...ids]) : '');
}
