import { isHeartbeatDue } from '../run/heartbeat.ts';
import { commit } from '../store/commit.ts';
import type { Assignment } from './find-assignment.ts';
import type { HookContext } from './hook-context.ts';

/** Enters that an agent lives, when that was not entered for a while. */
export function recordHeartbeat({ run, attempt }: Assignment, context: HookContext): void {
  const at = context.now();
  const { agentId } = attempt;
  if (agentId === null || !isHeartbeatDue(run.state, attempt, at)) return;
  commit(run, [{ event: 'agent.seen', at, agentId }], context);
}
