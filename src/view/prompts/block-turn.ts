import { isRunning } from '../../run/attempt.ts';
import type { RunState } from '../../run/run-state.ts';
import { isEnded, toStatusDocument } from '../../run/status-document.ts';
import { describeWatch, launchesOf, nextStepPrompt } from './next-step.ts';

/** How many turns in a row are blocked at most; the client itself stops after 8. */
const MAX_BLOCKS = 3;

/** With more tasks, the orchestrator may end its turn to ask the user before it launches. */
const TASKS_WITHOUT_ASKING = 8;

/**
 * Why the orchestrator's turn must not end: tasks are ready to launch, the summary of an ended run
 * has not been read, or, once, no watch enforces the deadlines of its agents. A paused run never
 * blocks it.
 * @param commands the session's background commands; null if unknown
 * @returns the instruction; null when the turn may end
 */
export function reasonToBlockTurn(
  state: RunState,
  isPlugin: boolean,
  commands: readonly string[] | null = null,
): string | null {
  if (state.pause || state.blockedTurns >= MAX_BLOCKS) return null;
  const { status } = toStatusDocument(state);
  if (isEnded(status)) {
    return state.isSummaryRead ? null : nextStepPrompt(state, isPlugin);
  }
  const isBegun = state.attempts.size > 0 || state.tasks.size <= TASKS_WITHOUT_ASKING;
  if (isBegun && launchesOf(state, isPlugin).length > 0) return nextStepPrompt(state, isPlugin);
  return commands && state.blockedTurns === 0 ? describeMissingWatch(state, commands) : null;
}

/** Whether a background command watches a run. */
export function isWatch(command: string): boolean {
  return /\bswarm watch\b/.test(command);
}

/** Without a watch, nothing detects that an agent hanging in a tool call has timed out. */
function describeMissingWatch(state: RunState, commands: readonly string[]): string | null {
  const hasAgents = [...state.attempts.values()].some((one) => isRunning(one) && !one.worker);
  if (!hasAgents || commands.some(isWatch)) return null;
  const { run } = state.opened;
  return `swarm ${run}: agents are running but no \`swarm watch\` enforces their deadlines. Start it, then end your turn: ${describeWatch(run)}`;
}
