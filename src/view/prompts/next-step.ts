import { resolveAgentType } from '../../claude/agent-types.ts';
import { subagentsToStop } from '../../run/agents-to-stop.ts';
import { unreportedStalls } from '../../run/heartbeat.ts';
import { agentToContinue, tasksToLaunch } from '../../run/ready-tasks.ts';
import type { RunState } from '../../run/run-state.ts';
import { isEnded, toStatusDocument } from '../../run/status-document.ts';
import { launchToken } from '../../run/task-ref.ts';
import { pendingGatesPrompt } from '../describe-gates.ts';
import { outcomeLine } from '../status-labels.ts';

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

/** A launch as a model reads it best: the call itself. */
export function describeLaunch({ description, subagent_type, prompt }: Launch): string {
  return `Agent(description: ${JSON.stringify(description)}, subagent_type: "${subagent_type}", prompt: "${prompt}")`;
}

/** The call that follows a run, and wakes the orchestrator when it is needed. */
export function describeWatch(run: string): string {
  return `Bash(command: "swarm watch ${run} --until-needed", run_in_background: true, timeout: 3600000)`;
}

const GO_ON =
  'You were cut off in the middle of your task; nothing is wrong with what you did. Look at how far the files and commands got, and go on to the end as your brief says.';

/**
 * How a task is set to work. An agent that was interrupted still has all that it knew in the session
 * that launched it, and goes on there by a message.
 */
export function describeStart(state: RunState, launch: Launch): string {
  const call = describeLaunch(launch);
  const agent = agentToContinue(state, launch.task);
  if (agent === null) return call;
  return `SendMessage(to: "${agent}", summary: "Go on with ${launch.task}", message: "${GO_ON}") (ToolSearch finds it; only if it fails: ${call})`;
}

/** How a person who is in no conversation goes on with a run. */
export function describeHowToResume({ opened: { run }, supervision }: RunState): string {
  if (supervision.current) {
    return `\`swarm run\` (process ${supervision.current.process.pid}) goes on with it; if that process is gone: swarm run ${run}`;
  }
  return supervision.options
    ? `Go on: swarm run ${run}`
    : `Go on: \`/swarm-resume ${run}\` in Claude Code, or \`swarm run ${run}\` in a terminal.`;
}

/**
 * The state of a run in one line for the orchestrator, with what it has to do now. It holds
 * nothing that an agent wrote.
 */
export function nextStepPrompt(state: RunState, isPlugin: boolean): string {
  const status = toStatusDocument(state);
  const failed = status.tasks
    .filter((task) => task.status === 'failed')
    .map((task) => `${task.id}: ${task.error?.category}`);
  const head = `swarm ${status.run} is ${status.status}: ${outcomeLine(status)}${failed.length > 0 ? ` (failed: ${failed.join('; ')})` : ''}.`;
  if (isEnded(status.status)) {
    return `${head} Read it with \`swarm summary ${status.run} --max-chars 12000\` and answer the person.`;
  }
  if (state.supervision.current) {
    const { pid } = state.supervision.current.process;
    return `${head} \`swarm run\` (process ${pid}) executes it: nothing to launch and nothing to stop; \`swarm watch ${status.run}\` follows it.`;
  }
  const stops = subagentsToStop(state);
  const stop = stops.length > 0 ? ` Stop these agents with TaskStop: ${stops.join(', ')}.` : '';
  const stalls = unreportedStalls(state).map(({ task }) => task);
  const stalled =
    stalls.length > 0
      ? ` No sign of life for a while from ${stalls.join(', ')}; that may be a long step, so leave them unless you know better.`
      : '';
  const launches = launchesOf(state, isPlugin);
  const gates = pendingGatesPrompt(state);
  if (launches.length > 0) {
    return `${head}${stop}${stalled}${gates} Launch now, all in one message: ${launches.map((launch) => describeStart(state, launch)).join(' ')}`;
  }
  if (status.counts.working > 0)
    return `${head}${stop}${stalled}${gates} Nothing to launch now; wait for the next notification.`;
  if (gates) return `${head}${stop}${gates} Nothing can be launched before that; end your turn.`;
  return `${head} Nothing is at work and nothing can be launched.`;
}
