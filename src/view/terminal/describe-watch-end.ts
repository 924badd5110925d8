import { EXIT } from '../../errors/swarm-error.ts';
import { isExecuted } from '../../run/is-active.ts';
import { describeWaiting } from '../../run/pending-gates.ts';
import type { RunState } from '../../run/run-state.ts';
import { toStatusDocument } from '../../run/status-document.ts';
import {
  describeNextStep,
  describeStart,
  describeWayOn,
  launchesOf,
} from '../prompts/next-step.ts';

/**
 * What the end of a watch means: the exit code, and what to do next where there is something.
 * @param state as it is seen now, see `seeRun`
 */
export function explainWatchEnd(
  end: 'ended' | 'waiting' | 'idle' | 'needed' | 'aborted',
  state: RunState,
  { isPlugin, isInSession }: { isPlugin: boolean; isInSession: boolean },
): { exitCode: number; message: string | null } {
  const { run, status } = toStatusDocument(state);
  if (end === 'aborted') {
    const head = isExecuted(state) ? `run ${run} goes on` : `run ${run} is not at work`;
    const message = `${head}; \`swarm watch ${run}\` follows it again`;
    return { exitCode: EXIT.interrupted, message };
  }
  if (end === 'waiting') {
    const then = `Nothing else can be done before that. ${describeWayOn(state)}`;
    return {
      exitCode: EXIT.humanNeeded,
      message: [...describeWaiting(state), then].join('\n'),
    };
  }
  if (end === 'needed') {
    const message = `${describeNextStep(state, isPlugin)} Then start \`swarm watch ${run} --until-needed\` again.`;
    return { exitCode: EXIT.notCompleted, message };
  }
  if (end === 'idle') {
    const launches = launchesOf(state, isPlugin);
    const next =
      launches.length === 0
        ? 'Nothing can be launched.'
        : isInSession
          ? `Launch now: ${launches.map((launch) => describeStart(state, launch)).join(' ')}`
          : describeWayOn(state);
    const message = `nothing of run ${run} is at work and nothing has happened for a while. ${next}`;
    return { exitCode: EXIT.notCompleted, message };
  }
  return { exitCode: status === 'completed' ? EXIT.done : EXIT.notCompleted, message: null };
}
