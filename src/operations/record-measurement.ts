import type { Measurement } from '../claude/measurement.ts';
import type { LedgerEvent } from '../ledger/events.ts';
import { attemptOfAgent, type RunState } from '../run/run-state.ts';
import { isEnded, toStatusDocument } from '../run/status-document.ts';
import { limitReached } from '../run/usage-limit.ts';
import { commit } from '../store/commit.ts';
import type { Host } from '../store/host.ts';
import type { RunHandle } from '../store/run-handle.ts';
import { isOver, listRuns } from '../store/run-index.ts';
import { runPaths } from '../store/run-paths.ts';
import { loadActiveRuns } from './find-agent.ts';

/**
 * Records what the client of a conversation knows: what agents have cost, and a usage limit of the
 * account that is nearly used up. Runs that a supervisor executes learn both from their workers.
 */
export function recordMeasurement({ agents, limits }: Measurement, host: Host): void {
  for (const run of [...loadActiveRuns(host), ...endedLast(host)]) {
    if (run.state.supervision.options) continue;
    const at = host.now();
    const events = [...costsOf(run.state, agents, at), ...limitOf(run.state, limits, at)];
    if (events.length > 0) commit(run, events, host);
  }
}

/** The newest run, if it has ended: the cost of its last agents is known only after its summary. */
function endedLast({ root, load }: Host): RunHandle[] {
  const newest = listRuns(root).at(-1);
  if (newest === undefined) return [];
  try {
    const run = load(runPaths(root, newest));
    return isOver(run.state) ? [run] : [];
  } catch {
    // `swarm doctor` reports unreadable runs.
    return [];
  }
}

function costsOf(state: RunState, agents: Measurement['agents'], at: string): LedgerEvent[] {
  return agents.flatMap(({ id, usd: costUsd }) => {
    const attempt = attemptOfAgent(state, id);
    if (!attempt || attempt.cost?.latest === costUsd) return [];
    return [{ event: 'agent.priced', at, attempt: attempt.id, costUsd }];
  });
}

function limitOf(state: RunState, limits: Measurement['limits'], at: string): LedgerEvent[] {
  if (isEnded(toStatusDocument(state).status)) return [];
  const until = limitReached(limits, state.opened.policy.usageLimit.stopAt, at);
  if (until === null || until <= (state.limitedUntil ?? '')) return [];
  return [{ event: 'usage.limited', at, attempt: null, until }];
}
