import { existsSync } from 'node:fs';
import { awaitsAgent, readActiveRuns } from '../operations/find-agent.ts';
import { mayHaveWorkedFor } from '../run/run-state.ts';
import type { RunHandle } from '../store/run-handle.ts';
import { findUnmarkedRuns } from '../store/run-index.ts';
import { swarmDir } from '../store/run-paths.ts';
import type { HookContext } from './hook-context.ts';

interface Agent {
  id: string;
  session: string;
}

/** Whether an agent without an assignment can belong to any run; a quick check. */
export function canBeOfRun(agent: Agent, { root, worker, damagedRuns }: HookContext): boolean {
  return agent.id === worker || existsSync(swarmDir(root)) || Boolean(damagedRuns?.().length);
}

/**
 * Why an agent that no running attempt accounts for may still belong to a run: it is asked about
 * irreversible commands only, so it may read the ledger of every run.
 * @returns what the agent is told; null if it belongs to none
 * @throws when a run that names the agent or its session cannot be read
 */
export function whyMayBeOfRun(agent: Agent, context: HookContext): string | null {
  const { runs, errors } = readActiveRuns(context);
  const damaged = context.damagedRuns?.().find((run) => isKnownTo(run, agent));
  if (damaged) return describeDamage(damaged);
  const [error] = errors;
  if (error) {
    return `an unfinished run cannot be read, so it is not known whether you work for it: ${error.message}`;
  }
  if (agent.id === context.worker) return 'no run knows this worker.';
  const unmarked = findUnmarkedRuns(context.root, [agent.id, agent.session]).map(context.load);
  const all = [...runs, ...unmarked];
  if (all.some((run) => awaitsAgent(run, agent.session))) {
    return 'it is not known yet which task you work on. Try again in a few seconds.';
  }
  return all.some(({ state }) => mayHaveWorkedFor(state, agent))
    ? 'the task that you worked for has ended: end now.'
    : null;
}

function isKnownTo(run: RunHandle, agent: Agent): boolean {
  return awaitsAgent(run, agent.session) || mayHaveWorkedFor(run.state, agent);
}

/** What an agent is told whose run's ledger was cut off, replaced or removed. */
export function describeDamage({ paths }: RunHandle): string {
  return `${paths.ledger} has lost events, with which a decision of a person may be lost. Restore it, or start the session again.`;
}
