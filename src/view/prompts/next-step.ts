import { resolveAgentType } from '../../claude/agent-types.ts';
import { subagentsToStop } from '../../run/agents-to-stop.ts';
import { isOutOfBudget, spentBudget } from '../../run/budget.ts';
import { unreportedStalls } from '../../run/heartbeat.ts';
import { agentToContinue, tasksToLaunch } from '../../run/ready-tasks.ts';
import type { RunState, SeenRun } from '../../run/run-state.ts';
import { isEnded, toStatusDocument } from '../../run/status-document.ts';
import type { StatusDocument } from '../../run/status-schema.ts';
import { launchToken } from '../../run/task-ref.ts';
import { describeTime, isResetAwaited, limitAhead } from '../../run/usage-limit.ts';
import { pendingGatesPrompt } from '../describe-gates.ts';
import { doubtfulTasks } from '../describe-warnings.ts';
import { outcomeLine } from '../status-labels.ts';
import { raisingCommand, runCommand } from '../terminal/describe-budget.ts';
import { pausePrompt } from './pause-prompts.ts';

/** One call of the `Agent` tool. */
export interface Launch {
  task: string;
  description: string;
  subagent_type: string;
  prompt: string;
}

/** The calls that launch every task that a conversation may launch now. */
export function launchesOf(state: RunState, isPlugin: boolean): Launch[] {
  return tasksToLaunch(state).map((task) => ({
    task: task.id,
    description: task.title,
    subagent_type: resolveAgentType(task.agent, isPlugin),
    prompt: launchToken({ run: state.opened.run, task: task.id }),
  }));
}

/** A launch as the call that the model makes. */
export function describeLaunch({ description, subagent_type, prompt }: Launch): string {
  return `Agent(description: ${JSON.stringify(description)}, subagent_type: "${subagent_type}", prompt: "${prompt}")`;
}

/** The call that watches a run and wakes the orchestrator when it must act. */
export function describeWatch(run: string): string {
  return `Bash(command: "swarm watch ${run} --until-needed", run_in_background: true, timeout: 3600000)`;
}

const CONTINUE_PROMPT =
  'You were interrupted in the middle of your task; your work is not at fault. Check how far the files and commands got, then finish the task as your brief says.';

/** The call that starts a task: a message to its interrupted agent where possible, else a launch. */
export function describeStart(state: RunState, launch: Launch): string {
  const call = describeLaunch(launch);
  const agent = agentToContinue(state, launch.task);
  if (agent === null) return call;
  return `SendMessage(to: "${agent}", summary: "Continue ${launch.task}", message: "${CONTINUE_PROMPT}") (find it with ToolSearch; only if it fails: ${call})`;
}

/** How a person outside a conversation resumes a run. */
export function describeHowToResume(state: SeenRun): string {
  const { supervision, liveSession } = state;
  const { run } = state.opened;
  if (supervision.current) {
    return `\`swarm run\` (process ${supervision.current.process.pid}) is executing it. If that process is gone: ${runCommand(state)}`;
  }
  if (liveSession) {
    const process = liveSession.pid === null ? '' : ` (process ${liveSession.pid})`;
    return `Its Claude Code session${process} launches what is ready. If it does not: \`/swarm-resume ${run}\` there.`;
  }
  return supervision.options
    ? `Resume: ${runCommand(state)}`
    : `Resume: \`/swarm-resume ${run}\` in Claude Code, or \`swarm run ${run}\` in a terminal.`;
}

/**
 * The state of a run in one line for the orchestrator, and what it must do now. It contains nothing
 * that an agent wrote.
 */
export function nextStepPrompt(state: RunState, isPlugin: boolean): string {
  const status = toStatusDocument(state);
  return `swarm ${status.run} is ${status.status}: ${outcomeLine(status)}${failuresOf(status)}.${doubtsOf(status)}${instruction(state, status, isPlugin)}`;
}

function failuresOf({ tasks }: StatusDocument): string {
  const failed = tasks.filter((task) => task.status === 'failed');
  const names = failed.map((task) => `${task.id}: ${task.error?.category}`);
  return names.length > 0 ? ` (failed: ${names.join('; ')})` : '';
}

function doubtsOf(status: StatusDocument): string {
  const doubtful = doubtfulTasks(status);
  if (doubtful.length === 0) return '';
  return ` Do not simply believe these reports: ${doubtful.join('; ')}.`;
}

function instruction(state: RunState, { run, status, counts }: StatusDocument, isPlugin: boolean) {
  if (isEnded(status)) {
    return `${budgetOf(state)} Read \`swarm summary ${run} --max-chars 12000\` and answer the user.`;
  }
  const supervisor = state.supervision.current;
  if (supervisor) {
    return ` \`swarm run\` (process ${supervisor.process.pid}) is executing it: launch nothing and stop nothing. Follow it with \`swarm watch ${run}\`.`;
  }
  const gates = pendingGatesPrompt(state);
  const alerts = `${budgetOf(state)}${stopsOf(state)}${stallsOf(state)}${gates}`;
  const launches = launchesOf(state, isPlugin);
  if (launches.length > 0) {
    const calls = launches.map((launch) => describeStart(state, launch));
    return `${alerts} Launch now, all in one message: ${calls.join(' ')}`;
  }
  if (state.pause) return `${alerts} ${pausePrompt(state)}`;
  const limit = limitAhead(state);
  if (limit) {
    return `${alerts} A usage limit applies until ${describeTime(limit)}: launch nothing before, and tell the user. ${afterReset(state)}`;
  }
  if (counts.working > 0) return `${alerts} Nothing to launch now; wait for the next notification.`;
  return gates
    ? `${alerts} Nothing can be launched until then; end your turn.`
    : `${alerts} No agent is running and nothing can be launched.`;
}

function budgetOf(state: RunState): string {
  const spent = isOutOfBudget(state) ? spentBudget(state) : null;
  if (!spent) return '';
  return ` Its budget is spent: launch nothing more, running agents stop at their next tool call. Tell the user; only they raise it: \`${raisingCommand(state, spent)}\`.`;
}

/** How the orchestrator continues after a usage limit. */
function afterReset(state: RunState): string {
  const { run } = state.opened;
  return isResetAwaited(state)
    ? `A \`swarm watch ${run} --until-needed\` in the background wakes you then; if none runs, start it.`
    : `After that, \`swarm resume ${run}\` says what to launch.`;
}

function stopsOf(state: RunState): string {
  const agents = subagentsToStop(state);
  return agents.length > 0 ? ` Stop these agents with TaskStop: ${agents.join(', ')}.` : '';
}

function stallsOf(state: RunState): string {
  const tasks = unreportedStalls(state).map(({ task }) => task);
  return tasks.length > 0
    ? ` No heartbeat for a while from ${tasks.join(', ')}: this may be a long step, so let it run unless you know better.`
    : '';
}
