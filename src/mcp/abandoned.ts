import { isEnded, toStatusDocument } from '../run/status-document.ts';
import type { RunHandle } from '../store/run-handle.ts';
import type { ServerContext } from './server-context.ts';

/** How long a supervisor may take to claim its run; milliseconds. */
const CLAIM_MS = 15_000;

type Machine = Pick<ServerContext, 'isAlive' | 'now'>;

/** Whether a living supervisor has the run. */
export function isExecuted({ state }: RunHandle, { isAlive }: Machine): boolean {
  const { current } = state.supervision;
  return current !== null && isAlive(current.process);
}

/**
 * Whether a run that needs a supervisor has none, and waits for nothing else. A run of a conversation
 * never needs one: its session executes it.
 */
export function needsSupervisor(run: RunHandle, machine: Machine): boolean {
  const { opened, supervision, attempts } = run.state;
  const { status } = toStatusDocument(run.state);
  if (isEnded(status) || status === 'input_required' || isExecuted(run, machine)) return false;
  return supervision.options !== null || (opened.session === null && attempts.size === 0);
}

/** Whether it lacks one for longer than one that was just started takes to claim it. */
export function isAbandoned(run: RunHandle, machine: Machine): boolean {
  const quiet = Date.parse(machine.now()) - Date.parse(run.state.lastEventAt);
  return quiet > CLAIM_MS && needsSupervisor(run, machine);
}
