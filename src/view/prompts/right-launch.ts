import type { RunState } from '../../run/run-state.ts';
import { launchToken } from '../../run/task-ref.ts';
import { describeLaunch, launchesOf } from './next-step.ts';

/**
 * How to launch tasks, for an orchestrator that called `Agent` without a launch token.
 * @param tasks those that its call named; without any, those that are ready
 */
export function rightLaunchPrompt(
  state: RunState,
  tasks: readonly string[],
  isPlugin: boolean,
): string {
  const { run } = state.opened;
  const ready = launchesOf(state, isPlugin);
  const meant = tasks.length > 0 ? ready.filter(({ task }) => tasks.includes(task)) : ready;
  const tokens = tasks.map((task) => `"${launchToken({ run, task })}"`);
  const head =
    tokens.length > 0
      ? `This call launches no task: the prompt must be exactly ${tokens.join(' or ')} and nothing else. A hook replaces it with the brief.`
      : `This agent type works only on tasks of a run, here ${run}, and its prompt must be a launch token and nothing else. For other work use another agent type.`;
  return meant.length > 0 ? `${head} Call: ${meant.map(describeLaunch).join(' ')}` : head;
}

/** Why a launch token is none. @param name the text after `swarm:` */
export function malformedTokenPrompt(name: string): string {
  return `"${name.slice(0, 100)}" names no task: the launch prompt must be the line swarm:<run-id>/<task-id> that \`swarm plan\` printed.`;
}
