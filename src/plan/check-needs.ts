import { quote, type ValidationIssue } from '../errors/validation-issue.ts';
import type { LineOf } from './read-front-matter.ts';
import { makeIdHints, type TaskOutline } from './task-outline.ts';
import { planWaves } from './waves.ts';

/** Finds duplicate ids, needs that are no task of the plan, and cycles among the needs. */
export function checkNeeds(outline: readonly TaskOutline[], lineOf: LineOf): ValidationIssue[] {
  return [
    ...findDuplicateIds(outline, lineOf),
    ...findUnknownNeeds(outline, lineOf),
    ...findCycles(outline, lineOf),
  ];
}

function findDuplicateIds(outline: readonly TaskOutline[], lineOf: LineOf): ValidationIssue[] {
  const seen = new Set<string>();
  return outline.flatMap(({ index, id }) => {
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    return {
      code: 'duplicate-id',
      line: lineOf(['tasks', index, 'id']),
      path: `tasks[${index}].id`,
      expected: 'an id that no other task has',
      found: quote(id),
    };
  });
}

function findUnknownNeeds(outline: readonly TaskOutline[], lineOf: LineOf): ValidationIssue[] {
  const ids = new Set(outline.map((task) => task.id));
  const hintFor = makeIdHints(ids);
  return outline.flatMap(({ index, needs }) =>
    needs
      .filter((need) => !ids.has(need))
      .map((need) => ({
        code: 'unknown-task',
        line: lineOf(['tasks', index, 'needs']),
        path: `tasks[${index}].needs`,
        expected: `ids of tasks of this plan${hintFor(need)}`,
        found: quote(need),
      })),
  );
}

function findCycles(outline: readonly TaskOutline[], lineOf: LineOf): ValidationIssue[] {
  const stuck = stuckTasks(outline);
  const findings: ValidationIssue[] = [];
  for (const [start] of stuck) {
    if (!stuck.has(start)) continue;
    const cycle = cycleFrom(start, stuck);
    const [first = start] = cycle;
    const index = stuck.get(first)?.index ?? 0;
    findings.push({
      code: 'cycle',
      line: lineOf(['tasks', index, 'needs']),
      path: `tasks[${index}].needs`,
      expected: 'needs that do not lead back to the task',
      found: [...cycle, first].join(' → '),
    });
    for (const member of cycle) stuck.delete(member);
    removeUnblocked(stuck);
  }
  return findings;
}

/** The tasks on or behind a cycle, which `planWaves` cannot place. Unknown needs are ignored. */
function stuckTasks(outline: readonly TaskOutline[]): Map<string, TaskOutline> {
  const ids = new Set(outline.map((task) => task.id));
  const known = outline.map((task) => ({ ...task, needs: task.needs.filter((id) => ids.has(id)) }));
  const placed = new Set(planWaves(known).flat());
  return new Map(known.filter((task) => !placed.has(task.id)).map((task) => [task.id, task]));
}

/** Every stuck task needs another stuck one, so following the needs must reach a cycle. */
function cycleFrom(start: string, stuck: ReadonlyMap<string, TaskOutline>): string[] {
  const path: string[] = [];
  let id = start;
  while (!path.includes(id)) {
    path.push(id);
    id = stuck.get(id)?.needs.find((need) => stuck.has(need)) ?? id;
  }
  return path.slice(path.indexOf(id));
}

/** Removes the tasks that were stuck only because of a cycle that is already reported. */
function removeUnblocked(stuck: Map<string, TaskOutline>): void {
  const before = stuck.size;
  for (const [id, task] of stuck) if (!task.needs.some((need) => stuck.has(need))) stuck.delete(id);
  if (stuck.size < before) removeUnblocked(stuck);
}
