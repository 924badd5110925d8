import { quote, type ValidationIssue } from '../errors/validation-issue.ts';
import { taskId } from './plan-schema.ts';
import type { PlanBody } from './read-body.ts';
import type { LineOf } from './read-front-matter.ts';
import { makeIdHints, type TaskOutline } from './task-outline.ts';

/** Finds tasks without a brief, and sections of the body that are no task's brief. */
export function checkBriefs(
  outline: readonly TaskOutline[],
  { sections }: PlanBody,
  lineOf: LineOf,
): ValidationIssue[] {
  return [
    ...checkSections(sections, new Set(outline.map((task) => task.id))),
    ...findMissingBriefs(outline, sections, lineOf),
  ];
}

function checkSections(
  sections: PlanBody['sections'],
  ids: ReadonlySet<string>,
): ValidationIssue[] {
  const hintFor = makeIdHints(ids);
  const seen = new Set<string>();
  return sections.flatMap(({ heading, line }) => {
    const place = { line, path: '', found: quote(heading) };
    if (!ids.has(heading)) {
      const hint = taskId.safeParse(heading).success
        ? hintFor(heading)
        : ' (use "### " for headings in a brief)';
      const expected = `the id of a task of this plan after "## "${hint}`;
      return { code: 'unknown-section', ...place, expected };
    }
    if (seen.has(heading)) {
      return { code: 'duplicate-section', ...place, expected: 'one section for each task' };
    }
    seen.add(heading);
    return [];
  });
}

function findMissingBriefs(
  outline: readonly TaskOutline[],
  sections: PlanBody['sections'],
  lineOf: LineOf,
): ValidationIssue[] {
  return outline.flatMap(({ index, id }) => {
    const text = sections.find((section) => section.heading === id)?.text;
    if (text) return [];
    return {
      code: 'missing-brief',
      line: lineOf(['tasks', index, 'id']),
      path: `tasks[${index}]`,
      expected: `a section "## ${id}" with the task's brief`,
      found: text === undefined ? 'none' : 'an empty one',
    };
  });
}
