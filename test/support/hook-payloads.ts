import { randomUUID } from 'node:crypto';

/** What Claude Code sends to hooks, as far as tests need it. */
export type Payload = Record<string, unknown>;

export interface NotificationFields {
  taskId?: string;
  toolUseId?: string | null;
  status?: string;
  summary?: string;
  result?: string;
}

/** The prompt by which the client notifies the orchestrator of an agent's end. */
export function notificationText(fields: NotificationFields): string {
  const { taskId = 'a70dcbdb7ddef7e28', toolUseId = 'toolu_1', status = 'completed' } = fields;
  const { summary = 'Agent "work" finished', result } = fields;
  return [
    '<task-notification>',
    `<task-id>${taskId}</task-id>`,
    ...(toolUseId === null ? [] : [`<tool-use-id>${toolUseId}</tool-use-id>`]),
    `<output-file>/tmp/claude/tasks/${taskId}.output</output-file>`,
    `<status>${status}</status>`,
    `<summary>${summary}</summary>`,
    '<note>A task-notification fires each time this agent stops.</note>',
    ...(result === undefined ? [] : [`<result>${result}</result>`]),
    '<usage><subagent_tokens>15</subagent_tokens></usage>',
    '</task-notification>',
  ].join('\n');
}
