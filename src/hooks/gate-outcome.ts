import { loadActiveRuns } from '../operations/find-agent.ts';
import type { Attempt } from '../run/attempt.ts';
import { openSessionGate } from '../run/gate.ts';
import { commit } from '../store/commit.ts';
import type { RunHandle } from '../store/run-handle.ts';
import type { HookContext, HookOutput } from './hook-context.ts';

/** The tools that give a shell what an agent writes. */
export const COMMAND_TOOLS: ReadonlySet<string> = new Set(['Bash', 'Monitor']);

/** After a tool call: when its agent asked a person in the session, it has run and was approved. */
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
 * When an agent goes on: the person whom it had asked has refused. The client tells that to no
 * hook of its own, but an agent waits for its answer, and what ran would have been seen.
 */
export function recordRefusal(run: RunHandle, attempt: Attempt, context: HookContext): void {
  const gate = openSessionGate(attempt);
  if (!gate) return;
  const decision = { gate: gate.id, where: 'session', at: context.now() } as const;
  commit(run, [{ event: 'gate.denied', ...decision }], context);
}
