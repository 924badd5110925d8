import { isHeartbeatDue } from '../run/heartbeat.ts';
import { commit } from '../store/commit.ts';
import type { Assignment } from './find-assignment.ts';
import type { HookContext } from './hook-context.ts';

/** Records a sign of life of an agent, unless there is a recent one. */
export function recordHeartbeat({ run, attempt }: Assignment, context: HookContext): void {
  const at = context.now();
  const { agentId } = attempt;
  if (agentId === null || !isHeartbeatDue(run.state, attempt, at)) return;
  commit(run, [{ event: 'agent.seen', at, agentId }], context);
}
