import type { PauseReason } from '../../ledger/events.ts';
import type { RunState } from '../../run/run-state.ts';

const REASONS: Record<PauseReason, string> = {
  interrupted: 'The person interrupted the session',
  ended: 'The person ended the session while it ran',
  launches: 'Several calls in a row launched none of its tasks',
};

/** Why nothing may be launched, and how the person continues or cancels; '' if it is not paused. */
export function pausePrompt({ pause, opened: { run } }: RunState): string {
  if (pause === null) return '';
  const then =
    pause === 'launches'
      ? 'Tell the user that, and end your turn.'
      : 'If you have not told the user yet, say in one sentence that the run is open and name both commands.';
  return `${REASONS[pause]}, so launch nothing until the user asks for it: \`/swarm-resume ${run}\` resumes the run, \`/swarm-cancel ${run}\` cancels it. ${then}`;
}

/** Tells the person that the orchestrator does not launch what it should. */
export function describeMissedLaunches({ opened: { run } }: RunState): string {
  return `swarm: Claude repeatedly called agents without launching the tasks of run ${run}, so it is no longer told to. \`/swarm-resume ${run}\` tries again, \`swarm run ${run}\` executes it in a terminal, \`/swarm-cancel ${run}\` cancels it.`;
}
