import { loadActiveRuns } from '../operations/find-agent.ts';
import type { Attempt } from '../run/attempt.ts';
import { openSessionGate } from '../run/gate.ts';
import { commit } from '../store/commit.ts';
import type { RunHandle } from '../store/run-handle.ts';
import type { HookContext, HookOutput } from './hook-context.ts';

/** After a tool call: if a person was asked about it in the session, they approved it. */
export function recordApproval(call: string, context: HookContext): HookOutput {
  for (const run of loadActiveRuns(context)) {
    const gate = run.state.gates.get(call);
    if (!gate || gate.status === 'used') continue;
    const decision = { gate: call, where: 'session', at: context.now() } as const;
    commit(run, [{ event: 'gate.approved', ...decision }], context);
  }
  return null;
}

/**
 * When an agent continues: the person who was asked has refused. No hook reports a refusal, but the
 * agent waits for the answer, and an approved command would have been seen to run.
 * @param call of the agent, if it continues with one; two processes may judge the call that asked
 */
export function recordRefusal(
  run: RunHandle,
  attempt: Attempt,
  context: HookContext,
  call?: string,
): void {
  const gate = openSessionGate(attempt);
  if (!gate || gate.id === call) return;
  const decision = { gate: gate.id, where: 'session', at: context.now() } as const;
  commit(run, [{ event: 'gate.denied', ...decision }], context);
}
