import { type Metric, renderMetrics } from '../../../view/metrics/render-metrics.ts';
import type { MachineFacts } from './serve-orders.ts';

/** The state of a worker in the text format of Prometheus. @param isReady whether it reaches its queue */
export function renderMachineMetrics(facts: MachineFacts, isReady: boolean): string {
  const { name: machine, version, pools, busy, outcomes, isDraining } = facts;
  const perPool = (of: Readonly<Record<string, number>>) =>
    Object.entries(of).map(([pool, value]) => ({ labels: { machine, pool }, value }));
  const flag = (value: boolean) => [{ labels: { machine }, value: value ? 1 : 0 }];
  const metrics: Metric[] = [
    {
      name: 'swarm_worker_info',
      help: 'The version of the worker.',
      type: 'gauge',
      samples: [{ labels: { machine, version }, value: 1 }],
    },
    {
      name: 'swarm_worker_slots',
      help: 'How many attempts run at once, by pool.',
      type: 'gauge',
      samples: perPool(pools),
    },
    {
      name: 'swarm_worker_busy',
      help: 'How many attempts run now, by pool.',
      type: 'gauge',
      samples: perPool(busy),
    },
    {
      name: 'swarm_worker_attempts_total',
      help: 'Attempts since the start of the worker, by what became of them.',
      type: 'counter',
      samples: Object.entries(outcomes).map(([outcome, value]) => ({
        labels: { machine, outcome },
        value,
      })),
    },
    {
      name: 'swarm_worker_draining',
      help: 'Whether it takes nothing new.',
      type: 'gauge',
      samples: flag(isDraining),
    },
    {
      name: 'swarm_worker_queue_up',
      help: 'Whether it reaches its queue.',
      type: 'gauge',
      samples: flag(isReady),
    },
  ];
  return renderMetrics(metrics);
}
