import { isSignDue } from '../../core/liveness.ts';
import type { AtWork } from './find-at-work.ts';
import type { HookContext } from './hook-context.ts';
import { record } from './record-agent.ts';

/** Enters that an agent lives, when that was not entered for a while. */
export function noteSignOfLife({ run, attempt }: AtWork, context: HookContext): void {
  const at = context.now();
  const { agentId } = attempt;
  if (agentId === null || !isSignDue(run.state, attempt, at)) return;
  record(run, [{ event: 'agent.seen', at, agentId }], context);
}
