/** A `<task-notification>`: Claude Code tells the orchestrator that an agent or background command ended. */
export interface TaskNotification {
  /** The id of the agent or of the background command. */
  taskId: string;
  toolUseId: string | null;
  status: string;
  summary: string;
  /** The agent's last message; null when it had none. */
  result: string | null;
}

/**
 * Parses a prompt that is a notification, as Claude Code sends it to `UserPromptSubmit`. Fields are
 * read only before `<result>`: the result is an agent's text and may contain any tag, including a
 * forged end and a forged second notification.
 * @returns null if the prompt is not a notification
 */
export function parseTaskNotification(prompt: string): TaskNotification | null {
  if (!prompt.startsWith('<task-notification>')) return null;
  const resultAt = prompt.indexOf('<result>');
  const head = resultAt === -1 ? prompt : prompt.slice(0, resultAt);
  const taskId = field(head, 'task-id');
  const status = field(head, 'status');
  if (!taskId || !status) return null;
  const resultEnd = prompt.lastIndexOf('</result>');
  const result = resultAt !== -1 && resultEnd > resultAt;
  return {
    taskId,
    toolUseId: field(head, 'tool-use-id'),
    status,
    summary: field(head, 'summary') ?? '',
    result: result ? prompt.slice(resultAt + '<result>'.length, resultEnd) : null,
  };
}

function field(text: string, name: string): string | null {
  const start = text.indexOf(`<${name}>`);
  const end = text.indexOf(`</${name}>`, start);
  return start === -1 || end === -1 ? null : text.slice(start + name.length + 2, end);
}
