import { isEnded, toStatusDocument } from '../../core/status-document.ts';
import type { LoadedRun } from '../../store/load-run.ts';
import type { ServerContext } from './server-context.ts';

/** How long a supervisor may take to claim its run; milliseconds. */
const CLAIM_MS = 15_000;

type Machine = Pick<ServerContext, 'isAlive' | 'now'>;

/** Whether a living supervisor has the run. */
export function isExecuted({ state }: LoadedRun, { isAlive }: Machine): boolean {
  const { current } = state.supervision;
  return current !== null && isAlive(current.process);
}

/**
 * Whether a run that was to be executed by a process lies there with nobody to go on with it, and
 * no other reason to wait. A run of a conversation never does: it is the conversation's.
 */
export function isStranded(run: LoadedRun, machine: Machine): boolean {
  const { state } = run;
  const status = toStatusDocument(state);
  if (isEnded(status.status) || status.status === 'input_required') return false;
  if (isExecuted(run, machine)) return false;
  if (state.supervision.options !== null) return true;
  const age = Date.parse(machine.now()) - Date.parse(state.opened.at);
  return state.opened.session === null && state.attempts.size === 0 && age > CLAIM_MS;
}
