import type { Warning } from '../run/evidence/warnings.ts';
import type { StatusDocument, TaskStatusEntry } from '../run/status-schema.ts';

/** In a few words; nothing in it comes from an agent. Null if it says nothing about the report. */
const IN_SHORT: Record<Warning, string | null> = {
  no_tool_calls: 'no tool call',
  no_declared_write_changed: 'no declared file changed',
  undeclared_writes: 'files changed outside of `writes`',
  permission_denied: 'refused tools',
  other_model: null,
  agents_not_ended: 'own agents still running',
};

/** `routes (no tool call)` for each completed task whose report should not simply be believed. */
export function doubtfulTasks({ tasks }: StatusDocument): string[] {
  return tasks.flatMap(({ id, status, warnings }) => {
    const words = warnings.flatMap((code) => IN_SHORT[code] ?? []);
    return status === 'completed' && words.length > 0 ? `${id} (${words.join(', ')})` : [];
  });
}

/** What speaks against reports, one line each. */
export function describeWarnings({ tasks }: StatusDocument): string[] {
  return tasks.flatMap((task) => describeTaskWarnings(task).map((words) => `${task.id}: ${words}`));
}

/** What speaks against the report of one task. */
export function describeTaskWarnings(task: TaskStatusEntry): string[] {
  return task.warnings.flatMap((code) => describe(code, task) ?? []);
}

function describe(code: Warning, { evidence, model }: TaskStatusEntry): string | null {
  switch (code) {
    case 'no_tool_calls':
      return 'its agent reported without a single tool call';
    case 'no_declared_write_changed':
      return evidence?.filesChanged.length
        ? 'none of the files that it declares has changed'
        : 'it declares files to write, and changed none';
    case 'undeclared_writes':
      return 'it changed files that it does not declare';
    case 'other_model':
      return `it ran on ${model}, not on the model that was asked for`;
    case 'agents_not_ended':
      return 'agents that it launched itself were still running when it reported';
    case 'permission_denied':
      return null;
  }
}
