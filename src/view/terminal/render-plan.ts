import { describeIssue, type ValidationIssue } from '../../errors/validation-issue.ts';
import type { Plan } from '../../plan/plan-schema.ts';
import { plural } from '../../text/format.ts';

/** The goal of a plan, and its tasks by wave. */
export function renderPlan({ goal, tasks }: Plan, waves: readonly (readonly string[])[]): string {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const lines = waves.flatMap((wave, index) => [
    `wave ${index + 1}`,
    ...wave.map((id) => {
      const task = byId.get(id);
      const needs = task?.needs.length ? `, needs ${task.needs.join(', ')}` : '';
      return `  ${id}: ${task?.title} (${task?.agent}, ${task?.tier}${needs})`;
    }),
  ]);
  return `${goal}: ${plural(tasks.length, 'task')} in ${plural(waves.length, 'wave')}\n${lines.join('\n')}`;
}

/**
 * Everything that is wrong with a plan and the configuration, a line each.
 * @param file the name of the plan in messages
 */
export function renderFindings(
  file: string,
  findings: readonly ValidationIssue[],
  complaints: readonly string[],
  outcome = 'No run was created',
): string {
  const lines = [...findings.map((finding) => describeIssue(file, finding)), ...complaints];
  const end = `${outcome}: correct ${plural(lines.length, 'finding')} and try again.`;
  return [...lines, end].join('\n');
}
