import { record } from '../operations/record-agent-end.ts';
import { isSignDue } from '../run/heartbeat.ts';
import type { AtWork } from './find-assignment.ts';
import type { HookContext } from './hook-context.ts';

/** Enters that an agent lives, when that was not entered for a while. */
export function noteSignOfLife({ run, attempt }: AtWork, context: HookContext): void {
  const at = context.now();
  const { agentId } = attempt;
  if (agentId === null || !isSignDue(run.state, attempt, at)) return;
  record(run, [{ event: 'agent.seen', at, agentId }], context);
}
