import { EXIT } from '../../errors/swarm-error.ts';
import { isActive, type SeenRun } from '../../run/run-state.ts';
import { toStatusDocument } from '../../run/status-document.ts';
import { describePendingGates } from '../describe-gates.ts';
import {
  describeHowToResume,
  describeStart,
  launchesOf,
  nextStepPrompt,
} from '../prompts/next-step.ts';
import { INACTIVE } from '../status-labels.ts';

/**
 * What the end of a watch means: the exit code, and what to do next, if anything.
 * @param state of the run with dead processes treated as interrupted
 */
export function describeWatchEnd(
  end: 'ended' | 'waiting' | 'idle' | 'needed' | 'aborted',
  state: SeenRun,
  options: { isPlugin: boolean; isInSession: boolean; untilNeeded?: boolean },
): { exitCode: number; message: string | null } {
  const { exitCode, message } = describeEnd(end, state, options);
  // Claude Code reports any other exit code as a failure, but this is what the session waited for.
  const isPlanned = options.untilNeeded === true && end !== 'aborted';
  return { exitCode: isPlanned ? EXIT.done : exitCode, message };
}

function describeEnd(
  end: 'ended' | 'waiting' | 'idle' | 'needed' | 'aborted',
  state: SeenRun,
  { isPlugin, isInSession }: { isPlugin: boolean; isInSession: boolean },
): { exitCode: number; message: string | null } {
  const { run, status } = toStatusDocument(state);
  if (end === 'aborted') {
    const head = isActive(state) ? `run ${run} continues` : `run ${run} is ${INACTIVE}`;
    const message = `${head}. Watch it again: swarm watch ${run}`;
    return { exitCode: EXIT.interrupted, message };
  }
  if (end === 'waiting') {
    const then = `Nothing else can run until then. ${describeHowToResume(state)}`;
    return {
      exitCode: EXIT.humanNeeded,
      message: [...describePendingGates(state), then].join('\n'),
    };
  }
  if (end === 'needed') {
    const message = `${nextStepPrompt(state, isPlugin)} Then start \`swarm watch ${run} --until-needed\` again.`;
    return { exitCode: EXIT.notCompleted, message };
  }
  if (end === 'idle') {
    const launches = launchesOf(state, isPlugin);
    const next =
      launches.length === 0
        ? 'Nothing can be launched.'
        : isInSession
          ? `Launch now: ${launches.map((launch) => describeStart(state, launch)).join(' ')}`
          : describeHowToResume(state);
    const message = `run ${run} has no running agent and has not changed for a while. ${next}`;
    return { exitCode: EXIT.notCompleted, message };
  }
  return { exitCode: status === 'completed' ? EXIT.done : EXIT.notCompleted, message: null };
}
