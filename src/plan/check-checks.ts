import { quote, type ValidationIssue } from '../errors/validation-issue.ts';
import type { LineOf } from './read-front-matter.ts';

/** What is wrong with a command or name of a check, and what was expected; null if nothing is. */
export type JudgeCheck = (check: string) => Pick<ValidationIssue, 'code' | 'expected'> | null;

/** Finds commands that may not be run as checks, of the run and of its tasks. */
export function checkChecks(data: unknown, lineOf: LineOf, judge: JudgeCheck): ValidationIssue[] {
  const { check, tasks } = recordOf(data);
  const ofTasks = Array.isArray(tasks) ? tasks : [];
  const places = [
    { check, path: 'check', at: ['check'] as PropertyKey[] },
    ...ofTasks.map((task, index) => ({
      check: recordOf(task).check,
      path: `tasks[${index}].check`,
      at: ['tasks', index, 'check'] as PropertyKey[],
    })),
  ];
  return places.flatMap((place) =>
    entriesOf(place.check).flatMap(({ entry, nth }) => {
      const found = judge(entry);
      if (!found) return [];
      const path = nth === null ? place.path : `${place.path}[${nth}]`;
      const line = lineOf(nth === null ? place.at : [...place.at, nth]);
      return { ...found, line, path, found: quote(entry) };
    }),
  );
}

function entriesOf(check: unknown): { entry: string; nth: number | null }[] {
  if (typeof check === 'string') return [{ entry: check.trim(), nth: null }];
  if (!Array.isArray(check)) return [];
  return check.flatMap((entry, nth) =>
    typeof entry === 'string' ? { entry: entry.trim(), nth } : [],
  );
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
