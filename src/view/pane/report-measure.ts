import type { Engine, RateLimit } from 'claude-code';
import { findRoot } from './find-root.ts';

/** What was passed on last; the client measures more often than anything changes. */
let latest = '';
/** Whether there was an unfinished run: what its last agents cost is known only after its end. */
let wasActive = false;

/**
 * Passes on what the client knows about the cost of agents and the limits of the account, while a
 * run is unfinished. Clients that know neither change nothing.
 */
export async function reportMeasure($: Engine, limits: readonly RateLimit[]): Promise<void> {
  const cwd = await $.session.cwd();
  const active = `${await findRoot($, cwd)}/.swarm/open`;
  const isActive = (await $.fs.exists(active)) && (await $.fs.list(active)).length > 0;
  if (!isActive && !wasActive) return;
  wasActive = isActive;
  const agents = (await $.agent.list().catch(() => [])).flatMap(({ id, cost }) =>
    cost ? { id, usd: cost.usd } : [],
  );
  const text = JSON.stringify({
    agents,
    limits: limits.map(({ percentUsed, resetsAt }) => ({ percentUsed, resetsAt })),
  });
  if (text === latest || (agents.length === 0 && limits.length === 0)) return;
  latest = text;
  await $.process.run([`${$.plugin.root}/bin/swarm`, 'measure', text], { cwd });
}
