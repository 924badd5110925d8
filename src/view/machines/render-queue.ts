import { plural } from '../../text/format.ts';
import { sanitizeLine } from '../../text/sanitize.ts';
import type { CleanedQueue, PoolView, QueueView } from './queue-view.ts';

const LONGEST = 200;

/** Pools, machines and unread messages of a queue, a line each. */
export function renderQueue({ url, pools, machines, inboxes, problems }: QueueView): string {
  const lines = [
    url,
    ...(pools.length === 0 ? ['no pool has orders or machines'] : pools.map(renderPool)),
    ...(machines.length === 0 ? ['no machine serves it: start one with swarm worker'] : []),
    ...machines.map(({ name, pools: served, busy, version }) => {
      const slots = Object.entries(served).map(([pool, count]) => `${pool}=${count}`);
      const what = slots.length > 0 ? slots.join(', ') : 'draining';
      return `machine ${name}: ${what}, ${busy} running, version ${version}`;
    }),
    ...inboxes.map(({ run, unread }) => `run ${run}: ${plural(unread, 'message')} unread`),
    ...problems.map((problem) => `! the server: ${problem}`),
  ];
  return lines.map((line) => sanitizeLine(line, LONGEST)).join('\n');
}

function renderPool({ pool, waiting, active, slots, isDraining }: PoolView): string {
  const served = slots === 0 ? 'no machine serves it' : plural(slots, 'slot');
  const draining = isDraining ? ', draining: swarm queue resume' : '';
  return `pool ${pool}: ${waiting} waiting, ${active} running, ${served}${draining}`;
}

export function renderCleaned({ orders, inboxes }: CleanedQueue): string {
  if (orders === 0 && inboxes.length === 0) return 'nothing to remove';
  return `removed ${plural(orders, 'order')} and the messages of ${plural(inboxes.length, 'run')}`;
}
