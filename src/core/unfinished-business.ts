import { describeNextStep, launchesOf } from './next-step.ts';
import { toPlainLine } from './plain-text.ts';
import type { RunState } from './run-state.ts';
import { isEnded, toStatusDocument } from './status-document.ts';

/** How often in a row a turn is held; the client itself lets go after 8. */
const MAX_HOLDS = 3;

/** With more tasks than these the person may have been asked first, which ends the turn too. */
const TASKS_WITHOUT_ASKING = 8;

/**
 * What only the orchestrator can do now, so that its turn must not end: launch what is ready, or
 * read the summary of a run that is over.
 * @returns the instruction; null when the turn may end
 */
export function whatHoldsTheTurn(state: RunState, isPlugin: boolean): string | null {
  if (state.holds >= MAX_HOLDS) return null;
  const { status } = toStatusDocument(state);
  if (isEnded(status)) {
    return state.isSummaryRead ? null : describeNextStep(state, isPlugin);
  }
  const isBegun = state.attempts.size > 0 || state.tasks.size <= TASKS_WITHOUT_ASKING;
  return isBegun && launchesOf(state, isPlugin).length > 0
    ? describeNextStep(state, isPlugin)
    : null;
}

/**
 * What became of the tasks of a run whose client ended, in a few lines. The client itself says of
 * every agent that it did not finish, also of those that had reported.
 * @param dir absolute path of the run's directory
 */
export function describeRecovery(state: RunState, dir: string): string {
  const { run, tasks } = toStatusDocument(state);
  const completed = tasks.flatMap((task) =>
    task.status === 'completed' ? `completed: ${task.id}, report ${dir}/${task.result}` : [],
  );
  const interrupted = tasks.flatMap(({ id, status }) => {
    const attempt = state.tasks.get(id)?.attempts.at(-1);
    if (status !== 'pending' || attempt?.end?.outcome !== 'interrupted') return [];
    const reached = attempt.message ? `, "${toPlainLine(attempt.message, 100)}"` : '';
    return `interrupted at ${attempt.percent}%: ${id}${reached}`;
  });
  const head = `swarm run ${run} (${dir}): what its ledger says holds, whatever the client says of its agents.`;
  return [head, ...completed, ...interrupted].join('\n');
}
