import type { Attempt } from '../../run/attempt.ts';
import type { TaskState } from '../../run/run-state.ts';
import type { TaskStatusEntry } from '../../run/status-schema.ts';
import { escapeMarkdown } from '../../text/escape-markdown.ts';
import { truncate } from '../../text/sanitize.ts';

/** The checkpoint file of a task: its progress in the front matter, then its dated log. */
export function renderCheckpointFile(entry: TaskStatusEntry, task: TaskState): string {
  const updated = task.log.at(-1)?.at ?? entry.endedAt ?? entry.startedAt;
  // A JSON string is also a YAML string.
  return `---
status: ${entry.status}
percent: ${entry.percent}
message: ${JSON.stringify(entry.message)}
attempt: ${entry.attempts}
updated: ${JSON.stringify(updated)}
---

# ${entry.id}: ${escapeMarkdown(entry.title)}

${logOf(task).join('\n')}
`;
}

function logOf(task: TaskState): string[] {
  const lines = task.attempts.flatMap(attemptLines);
  for (const { at, attempt, percent, message } of task.log) {
    lines.push(`- ${at} attempt ${attempt}: ${percent}% ${escapeMarkdown(message)}`);
  }
  return lines.sort();
}

function attemptLines(attempt: Attempt): string[] {
  const lines = [`- ${attempt.launchedAt} attempt ${attempt.number}: launched`];
  if (attempt.end) {
    const { at, outcome, category, message } = attempt.end;
    const why = message
      ? ` (${category ? `${category}: ` : ''}${escapeMarkdown(truncate(message, 300))})`
      : '';
    lines.push(`- ${at} attempt ${attempt.number}: ended, ${outcome}${why}`);
  }
  return lines;
}
