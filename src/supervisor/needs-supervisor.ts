import { isEnded, toStatusDocument } from '../run/status-document.ts';
import type { Host } from '../store/host.ts';
import type { RunHandle } from '../store/run-handle.ts';

/** How long a supervisor may take to acquire its run; milliseconds. */
const CLAIM_MS = 15_000;

type Machine = Pick<Host, 'isAlive' | 'now'>;

/** Whether a live supervisor owns the run. */
export function isExecuted({ state }: RunHandle, { isAlive }: Machine): boolean {
  const { current } = state.supervision;
  return current !== null && isAlive(current.process);
}

/**
 * Whether a run needs a supervisor, has none and is not waiting for anything else. A run of a
 * Claude Code session never needs one: its session executes it.
 */
export function needsSupervisor(run: RunHandle, machine: Machine): boolean {
  const { opened, supervision, attempts } = run.state;
  const { status } = toStatusDocument(run.state);
  if (isEnded(status) || status === 'input_required' || isExecuted(run, machine)) return false;
  return supervision.options !== null || (opened.session === null && attempts.size === 0);
}

/** Whether it has lacked a supervisor for longer than a new one takes to acquire it. */
export function isAbandoned(run: RunHandle, machine: Machine): boolean {
  const quiet = Date.parse(machine.now()) - Date.parse(run.state.lastEventAt);
  return quiet > CLAIM_MS && needsSupervisor(run, machine);
}
