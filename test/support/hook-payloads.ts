import { randomUUID } from 'node:crypto';

/** The hook payloads of Claude Code, as far as tests need them. */
export type Payload = Record<string, unknown>;

export interface NotificationFields {
  taskId?: string;
  toolUseId?: string | null;
  status?: string;
  summary?: string;
  result?: string;
}

/** The prompt with which the client notifies the orchestrator that an agent has ended. */
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

/** A session of the client, as hooks see it; every call of `Agent` has its own id. */
export interface FakeSession {
  readonly id: string;
  preAgent(call: string, prompt: string, more?: Payload): Payload;
  /** The call returned at once: the agent works in the background. */
  agentLaunched(call: string, prompt: string, agentId: string): Payload;
  /** The call returned the report of an agent in the foreground. */
  agentCompleted(call: string, prompt: string, response: Payload): Payload;
  agentFailure(call: string, prompt: string, error: string, isInterrupt?: boolean): Payload;
  subagentStart(agentId: string): Payload;
  /** Without a text the field is missing, as in the payloads of the client. */
  subagentStop(agentId: string, text?: string): Payload;
  stopFailure(agentId: string | null, error: string, text?: string): Payload;
  taskStop(taskId: string): Payload;
  handback(agentId: string, message: string): Payload;
  notification(fields: NotificationFields): Payload;
  prompt(text: string): Payload;
  bash(command: string, agentId?: string): Payload;
  /** Before a tool call of an agent. */
  toolCall(agentId: string, call: string, tool: string, input: Payload): Payload;
  /** After it: the tool has run. */
  toolDone(agentId: string, call: string, tool: string, input: Payload): Payload;
  /** The orchestrator's turn ends, and the client lists its remaining agents. */
  turnEnd(...agents: readonly string[]): Payload;
  sessionStart(source: string): Payload;
  sessionEnd(reason: string): Payload;
}

export function fakeSession(cwd: string, id: string = randomUUID()): FakeSession {
  const event = (name: string, fields: Payload): Payload => ({
    session_id: id,
    transcript_path: `/home/dev/.claude/projects/x/${id}.jsonl`,
    cwd,
    permission_mode: 'default',
    effort: { level: 'medium' },
    hook_event_name: name,
    ...fields,
  });
  const agentCall = (call: string, prompt: string): Payload => ({
    tool_name: 'Agent',
    tool_use_id: call,
    tool_input: { description: 'work', prompt, subagent_type: 'swarm-worker' },
  });
  // After the call, the client reports the prompt with the brief in place of the token.
  const afterCall = (call: string, prompt: string): Payload =>
    agentCall(call, prompt.replace(/^swarm:(\S+)$/, 'swarm:$1\nThe brief: swarm result $1 -'));
  const agent = (agentId: string): Payload => ({
    agent_id: agentId,
    agent_type: 'swarm-parallel:swarm-worker',
  });
  return {
    id,
    preAgent: (call, prompt, more) =>
      event('PreToolUse', {
        ...agentCall(call, prompt),
        tool_input: { description: 'work', prompt, subagent_type: 'swarm-worker', ...more },
      }),
    agentLaunched: (call, prompt, agentId) =>
      event('PostToolUse', {
        ...afterCall(call, prompt),
        tool_response: {
          isAsync: true,
          status: 'async_launched',
          agentId,
          description: 'work',
          outputFile: `/tmp/claude/tasks/${agentId}.output`,
        },
        duration_ms: 35,
      }),
    agentCompleted: (call, prompt, response) =>
      event('PostToolUse', {
        ...afterCall(call, prompt),
        tool_response: { status: 'completed', totalTokens: 15, ...response },
      }),
    agentFailure: (call, prompt, error, isInterrupt = false) =>
      event('PostToolUseFailure', {
        ...agentCall(call, prompt),
        error,
        is_interrupt: isInterrupt,
        duration_ms: 2,
      }),
    subagentStart: (agentId) => event('SubagentStart', agent(agentId)),
    subagentStop: (agentId, text) =>
      event('SubagentStop', {
        ...agent(agentId),
        stop_hook_active: false,
        agent_transcript_path: `/home/dev/.claude/agent-${agentId}.jsonl`,
        ...(text === undefined ? {} : { last_assistant_message: text }),
        background_tasks: [{ id: agentId, type: 'subagent', status: 'running' }],
      }),
    stopFailure: (agentId, error, text) =>
      event('StopFailure', {
        ...(agentId === null ? {} : agent(agentId)),
        error,
        ...(text === undefined ? {} : { last_assistant_message: text }),
      }),
    taskStop: (taskId) =>
      event('PostToolUse', {
        tool_name: 'TaskStop',
        tool_input: { task_id: taskId },
        tool_response: { message: `Successfully stopped task: ${taskId}`, task_id: taskId },
        tool_use_id: 'toolu_stop',
      }),
    handback: (agentId, message) =>
      event('PostToolUse', {
        ...agent(agentId),
        tool_name: 'SubagentHandback',
        tool_input: { message },
        tool_use_id: 'toolu_handback',
      }),
    notification: (fields) => event('UserPromptSubmit', { prompt: notificationText(fields) }),
    prompt: (text) => event('UserPromptSubmit', { prompt: text }),
    bash: (command, agentId) =>
      event('PreToolUse', {
        ...(agentId === undefined ? {} : agent(agentId)),
        tool_name: 'Bash',
        tool_input: { command, description: 'run it' },
        tool_use_id: 'toolu_bash',
      }),
    toolCall: (agentId, call, tool, input) =>
      event('PreToolUse', {
        ...agent(agentId),
        tool_name: tool,
        tool_use_id: call,
        tool_input: input,
      }),
    toolDone: (agentId, call, tool, input) =>
      event('PostToolUse', {
        ...agent(agentId),
        tool_name: tool,
        tool_use_id: call,
        tool_input: input,
        tool_response: { stdout: '', stderr: '', interrupted: false },
      }),
    turnEnd: (...agents) =>
      event('Stop', {
        stop_hook_active: false,
        background_tasks: agents.map((id) => ({ id, type: 'subagent', status: 'running' })),
      }),
    sessionStart: (source) => event('SessionStart', { source }),
    sessionEnd: (reason) => event('SessionEnd', { reason }),
  };
}
