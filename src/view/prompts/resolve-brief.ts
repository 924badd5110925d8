import type { MergeStep } from '../../ledger/events.ts';
import type { RunState } from '../../run/run-state.ts';
import { sanitizeLine } from '../../text/sanitize.ts';

/**
 * The brief of an agent that resolves a conflict. The reports of both tasks are listed with the brief,
 * as the results of tasks that it needs.
 */
export function resolveBrief(state: RunState, task: string, step: MergeStep): string {
  const files = step.files.map((file) => `- ${sanitizeLine(file, 300)}`).join('\n');
  const briefs = [task, ...step.others].flatMap((id) => {
    const plan = state.tasks.get(id)?.plan;
    return plan ? `### ${id}: ${plan.title}\n${plan.brief.trim()}` : [];
  });
  return `The changes of the task ${task} conflict with what is merged before it${step.others.length > 0 ? ` (${step.others.join(', ')})` : ''}. Your working directory has everything that is merged so far, with the merge of ${task} in progress; \`git diff\` shows the conflict in these files:
${files}

Edit the files so that they do what both tasks were asked to do, and leave no marks of the conflict. Do not simply take one side, do not abort the merge, and change nothing that the conflict does not concern. You need not commit: swarm commits what you leave.

If the tasks contradict each other, keep what was merged before, take over of ${task} what fits, and say in the report what you left out.

The briefs of these tasks, as background:

${briefs.join('\n\n')}`;
}
