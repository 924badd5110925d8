import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolveAgentType } from '../claude/agent-types.ts';
import { AGENT_TOOL, BASH_TOOL } from '../claude/tools.ts';
import { idleOf } from '../run/run-state.ts';
import { toStatusDocument } from '../run/status-document.ts';
import { launchToken } from '../run/task-ref.ts';
import { hasReport } from '../store/reports.ts';
import { renderBrief } from '../view/prompts/brief.ts';
import type { Installation } from './check-plugin.ts';
import { PROBE_SESSION, PROBE_TASK, type ProbeProject } from './probe-project.ts';

/** An event of Claude Code, and how to see that its hook did its job. */
export interface HookProbe {
  event: string;
  /** The script of the hook with this job, if the event has several hooks. */
  script?: string;
  /** The tool of the event, which a matcher is compared with. */
  tool?: string;
  payload: Record<string, unknown>;
  /** What the hook must do: an infinitive without `to`. */
  job: string;
  /** Whether the hook did it. @param output the JSON it printed; empty if it printed none */
  isDone(output: Record<string, unknown>): boolean;
}

const CALL = 'toolu_swarm_doctor';
const AGENT = 'aswarmdoctor';

/** The life of one agent, event by event. Each probe depends on the earlier ones. */
export function hookProbes(project: ProbeProject, { kind, root }: Installation): HookProbe[] {
  const agentType = resolveAgentType('swarm-worker', kind === 'plugin');
  return [
    ...launchProbes(project, agentType),
    {
      event: 'PreToolUse',
      tool: BASH_TOOL,
      payload: { tool_name: BASH_TOOL, tool_use_id: 'b', tool_input: { command: 'swarm status' } },
      job: 'allow `swarm status`',
      script: 'allow-swarm.cjs',
      isDone: (output) => output.permissionDecision === 'allow',
    },
    ...endProbes(project, agentType),
    ...(kind === 'drop-in' ? [addToPathProbe(project, root)] : []),
  ];
}

function launchProbes(project: ProbeProject, agentType: string): HookProbe[] {
  const prompt = launchToken({ run: project.run, task: PROBE_TASK });
  const attempt = () => project.load().state.attempts.get(CALL);
  const call = {
    tool_name: AGENT_TOOL,
    tool_use_id: CALL,
    tool_input: { description: 'Probe', prompt, subagent_type: 'swarm-worker' },
  };
  return [
    {
      event: 'PreToolUse',
      tool: AGENT_TOOL,
      payload: call,
      job: 'give an agent its brief and record the launch',
      isDone: ({ updatedInput }) =>
        isRecord(updatedInput) &&
        updatedInput.subagent_type === agentType &&
        String(updatedInput.prompt).includes('Do nothing.') &&
        attempt() !== undefined,
    },
    {
      event: 'SubagentStart',
      payload: { agent_id: AGENT, agent_type: agentType },
      job: 'record that an agent started',
      isDone: () => project.load().state.agents.has(AGENT),
    },
    {
      event: 'PostToolUse',
      tool: AGENT_TOOL,
      payload: {
        ...call,
        tool_response: { status: 'async_launched', agentId: AGENT, prompt: briefOf(project) },
      },
      job: 'record which agent runs the task',
      isDone: () => attempt()?.agentId === AGENT,
    },
  ];
}

function endProbes(project: ProbeProject, agentType: string): HookProbe[] {
  return [
    {
      event: 'SubagentStop',
      payload: {
        agent_id: AGENT,
        agent_type: agentType,
        stop_hook_active: false,
        last_assistant_message: 'The report of the probe.',
      },
      job: 'store the report of an agent',
      isDone: () => hasStoredReport(project),
    },
    {
      event: 'UserPromptSubmit',
      payload: {
        prompt: `<task-notification>\n<task-id>${AGENT}</task-id>\n<tool-use-id>${CALL}</tool-use-id>\n<status>completed</status>\n<summary>Agent completed</summary>\n<result>The report of the probe.</result>\n</task-notification>`,
      },
      job: 'complete the task, and report the state of the run to the conversation',
      isDone: (output) =>
        String(output.additionalContext).includes(project.run) && isCompleted(project),
    },
  ];
}

function addToPathProbe(project: ProbeProject, root: string): HookProbe {
  return {
    event: 'SessionStart',
    script: 'add-to-path.cjs',
    payload: { source: 'startup' },
    job: 'add `swarm` to the PATH of the session',
    isDone: () =>
      existsSync(project.envFile) &&
      readFileSync(project.envFile, 'utf8').includes(join(root, 'bin')),
  };
}

/** What the client says that the agent was told: its brief. */
function briefOf(project: ProbeProject): string {
  const { paths, state } = project.load();
  const task = state.tasks.get(PROBE_TASK);
  return task ? renderBrief(state, task, { run: paths.dir }, 60_000) : '';
}

function hasStoredReport(project: ProbeProject): boolean {
  const { paths, state } = project.load();
  const report = idleOf(state, AGENT)?.report;
  return Boolean(report && hasReport(paths, report));
}

function isCompleted(project: ProbeProject): boolean {
  return toStatusDocument(project.load().state).status === 'completed';
}

/** What Claude Code sends with events that no probe uses. */
export const OTHER_PAYLOADS: Record<string, Record<string, unknown>> = {
  PostToolUseFailure: {
    tool_name: AGENT_TOOL,
    tool_use_id: 'toolu_other',
    tool_input: { description: 'Other', prompt: 'Other.' },
    error: 'Agent failed',
  },
  StopFailure: { agent_id: 'aother', error: 'server_error' },
  SessionEnd: { reason: 'other' },
};

/** The event as Claude Code would write it to the hook's stdin. */
export function toPayload(
  event: string,
  project: ProbeProject,
  fields: Record<string, unknown>,
): string {
  return JSON.stringify({
    session_id: PROBE_SESSION,
    transcript_path: join(project.dir, 'transcript.jsonl'),
    cwd: project.dir,
    hook_event_name: event,
    ...fields,
  });
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
