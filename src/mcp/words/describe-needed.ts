import type { PendingGate } from '../../run/pending-gates.ts';

/**
 * What a run that cannot continue by itself needs, for a model that reads its state.
 * @param gates the pending gates; if there are none, the run has no supervisor
 * @param canAsk whether the client can show the person a form
 */
export function describeNeeded(gates: readonly PendingGate[], canAsk: boolean): string {
  if (gates.length === 0) return 'No process executes this run; swarm_resume resumes it';
  return gates
    .map(({ task, gate }) => {
      const how = canAsk
        ? 'swarm_answer asks the person'
        : 'a person must decide, and this client cannot ask one';
      return `Task ${task} is waiting for approval (${gate.rule}): ${how}`;
    })
    .join('; ');
}
