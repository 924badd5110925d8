import { reasonForNewAgent } from '../../run/cost/resumption.ts';
import type { RunState } from '../../run/run-state.ts';
import { toStatusDocument } from '../../run/status-document.ts';
import { sanitizeLine } from '../../text/sanitize.ts';

/**
 * What happened to the tasks of a run whose client ended. The client itself reports every agent as
 * unfinished, even those that had reported.
 * @param dir absolute path of the run's directory
 */
export function describeRecovery(state: RunState, dir: string): string {
  const { run, tasks } = toStatusDocument(state);
  const completed = tasks.flatMap((task) =>
    task.status === 'completed' ? `completed: ${task.id}, report ${dir}/${task.result}` : [],
  );
  const interrupted = tasks.flatMap(({ id, status }) => {
    const attempt = state.tasks.get(id)?.attempts.at(-1);
    if (status !== 'pending' || attempt?.end?.outcome !== 'interrupted') return [];
    const reached = attempt.message ? `, "${sanitizeLine(attempt.message, 100)}"` : '';
    const reason = reasonForNewAgent(attempt);
    const then = reason ? `; launch it again instead of messaging its agent: ${reason}` : '';
    return `interrupted at ${attempt.percent}%: ${id}${reached}${then}`;
  });
  const head = `swarm run ${run} (${dir}): trust its ledger, not what the client says about its agents.`;
  return [head, ...completed, ...interrupted].join('\n');
}
