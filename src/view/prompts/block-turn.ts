import { isRunning } from '../../run/attempt.ts';
import type { RunState } from '../../run/run-state.ts';
import { isEnded, toStatusDocument } from '../../run/status-document.ts';
import { describeWatch, launchesOf, nextStepPrompt } from './next-step.ts';

/** How often in a row a turn is held; the client itself lets go after 8. */
const MAX_HOLDS = 3;

/** With more tasks than these the person may have been asked first, which ends the turn too. */
const TASKS_WITHOUT_ASKING = 8;

/**
 * What only the orchestrator can do now, so that its turn must not end: launch what is ready, read
 * the summary of a run that is over, or once, start the watch that its agents lack.
 * @param commands those that the session has in the background; null where that is not known
 * @returns the instruction; null when the turn may end
 */
export function reasonToBlockTurn(
  state: RunState,
  isPlugin: boolean,
  commands: readonly string[] | null = null,
): string | null {
  if (state.blockedTurns >= MAX_HOLDS) return null;
  const { status } = toStatusDocument(state);
  if (isEnded(status)) {
    return state.isSummaryRead ? null : nextStepPrompt(state, isPlugin);
  }
  const isBegun = state.attempts.size > 0 || state.tasks.size <= TASKS_WITHOUT_ASKING;
  if (isBegun && launchesOf(state, isPlugin).length > 0) return nextStepPrompt(state, isPlugin);
  return commands && state.blockedTurns === 0 ? describeMissingWatch(state, commands) : null;
}

const WATCH = /\bswarm watch\b/;

/** An agent that hangs in a tool call says nothing, so without a watch nothing tells that its time is over. */
function describeMissingWatch(state: RunState, commands: readonly string[]): string | null {
  const hasAgents = [...state.attempts.values()].some((one) => isRunning(one) && !one.worker);
  if (!hasAgents || commands.some((command) => WATCH.test(command))) return null;
  const { run } = state.opened;
  return `swarm ${run}: agents are at work, and nothing watches their time. Start this, then end your turn: ${describeWatch(run)}`;
}
