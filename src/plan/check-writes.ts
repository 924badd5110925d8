import { quote, type ValidationIssue } from '../errors/validation-issue.ts';
import { globsOverlap, readGlob } from './glob-overlap.ts';
import type { LineOf } from './read-front-matter.ts';
import type { TaskOutline } from './task-outline.ts';

/** Finds paths in `writes` that can match no file of the repository, and overlaps between tasks. */
export function checkWrites(outline: readonly TaskOutline[], lineOf: LineOf): ValidationIssue[] {
  return [...findForeignPaths(outline, lineOf), ...findOverlaps(outline, lineOf)];
}

/** What a path is written like, and what is expected instead. */
const FOREIGN: readonly [RegExp, string][] = [
  [
    /^(?:\/|~|[A-Za-z]:[\\/]|\$[A-Z_{]|%\w+%)|(?:^|\/)\.\.(?:\/|$)/,
    'a path in the repository, relative to its root, such as "docs/**"',
  ],
  [/\\[\w.]/, 'slashes between the parts of a path, such as "docs/**"'],
];

function findForeignPaths(outline: readonly TaskOutline[], lineOf: LineOf): ValidationIssue[] {
  return outline.flatMap(({ index, writes }) =>
    writes.flatMap((glob, nth) => {
      const expected = FOREIGN.find(([form]) => form.test(glob.trim()))?.[1];
      if (expected === undefined) return [];
      const line = lineOf(['tasks', index, 'writes', nth]);
      const path = `tasks[${index}].writes[${nth}]`;
      return { code: 'foreign-path', line, path, expected, found: quote(glob) };
    }),
  );
}

/** Finds globs in `writes` that overlap with those of another task that could run at the same time. */
function findOverlaps(outline: readonly TaskOutline[], lineOf: LineOf): ValidationIssue[] {
  const needed = transitiveNeeds(outline);
  const isOrdered = (a: TaskOutline, b: TaskOutline) =>
    a.id === b.id || needed.get(a.id)?.has(b.id) || needed.get(b.id)?.has(a.id);
  const writers = outline
    .filter((task) => task.writes.length > 0)
    .map((task) => ({ ...task, globs: task.writes.map(readGlob) }));
  return writers.flatMap((task, position) =>
    writers.slice(0, position).flatMap((other) => {
      if (isOrdered(task, other)) return [];
      return task.globs.flatMap((glob, nth) => {
        const clash = other.globs.findIndex((claimed) => globsOverlap(glob, claimed));
        if (clash === -1) return [];
        return {
          code: 'overlapping-writes',
          line: lineOf(['tasks', task.index, 'writes', nth]),
          path: `tasks[${task.index}].writes[${nth}]`,
          expected: `no overlap with the writes of "${other.id}", or "${other.id}" among the needs`,
          found: `${quote(task.writes[nth])}, which overlaps ${quote(other.writes[clash])}`,
        };
      });
    }),
  );
}

/** For each task, the ids of all tasks that it needs, directly or not. Cycles are allowed. */
function transitiveNeeds(outline: readonly TaskOutline[]): Map<string, Set<string>> {
  const needed = new Map<string, Set<string>>();
  const byId = new Map(outline.map((task) => [task.id, task]));
  const collect = (id: string): Set<string> => {
    const known = needed.get(id);
    if (known) return known;
    const needs = new Set<string>();
    needed.set(id, needs);
    for (const need of byId.get(id)?.needs ?? []) {
      needs.add(need);
      for (const further of collect(need)) needs.add(further);
    }
    return needs;
  };
  for (const id of byId.keys()) collect(id);
  return needed;
}
