import { recordContinued } from '../operations/record-idle.ts';
import { isHeartbeatDue } from '../run/heartbeat.ts';
import { idleOf } from '../run/run-state.ts';
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

/** An agent that ended its turn and makes a tool call was sent back by a hook of somebody else. */
export function noteContinued(
  { run, attempt: { agentId }, isOwn }: Assignment,
  context: HookContext,
): void {
  if (isOwn && agentId !== null && idleOf(run.state, agentId))
    recordContinued(run, agentId, false, context);
}
