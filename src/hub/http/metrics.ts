import type { RunStatus } from '../../run/status-schema.ts';
import { TASK_STATUSES } from '../../run/task-statuses.ts';
import { type Metric, renderMetrics, type Sample } from '../../view/metrics/render-metrics.ts';
import { INACTIVE } from '../../view/status-labels.ts';
import type { HubContext } from '../hub-context.ts';
import type { EventStreams } from './event-streams.ts';

/** The newest firings that are counted. */
const MAX_FIRINGS = 10_000;

/** The state of the hub in the text format of Prometheus (version 0.0.4). */
export function renderHubMetrics(context: HubContext, streams: EventStreams): string {
  return renderMetrics([
    ...runMetrics(context),
    ...triggerMetrics(context),
    ...hubMetrics(context, streams),
  ]);
}

function runMetrics({ repositories }: HubContext): Metric[] {
  const rows = repositories.flatMap(({ name: repo, live }) =>
    live.ids().flatMap((run) => {
      const row = live.row(run);
      return 'status' in row ? [{ repo, ...row }] : [];
    }),
  );
  const tasks = rows.flatMap(({ repo, counts }) =>
    TASK_STATUSES.map((status) => ({ labels: { repo, status }, value: counts[status] })),
  );
  const costs = rows.map(({ repo, usage }) => ({ labels: { repo }, value: usage?.costUsd ?? 0 }));
  return [
    {
      name: 'swarm_runs',
      help: 'Runs on the disk by status; nobody works on an inactive one.',
      type: 'gauge',
      samples: sum(
        rows.map((row) => ({ labels: { repo: row.repo, status: statusOf(row) }, value: 1 })),
      ),
    },
    {
      name: 'swarm_tasks',
      help: 'Tasks of these runs by status.',
      type: 'gauge',
      samples: sum(tasks),
    },
    {
      name: 'swarm_cost_usd',
      help: 'What these runs have cost, as far as workers reported it.',
      type: 'gauge',
      samples: sum(costs),
    },
  ];
}

function statusOf({ status, atWork }: { status: RunStatus; atWork: boolean }): string {
  return status === 'working' && !atWork ? INACTIVE : status;
}

function triggerMetrics({ repositories }: HubContext): Metric[] {
  const firings = repositories.flatMap(({ name: repo, triggers }) =>
    triggers.book.history({ limit: MAX_FIRINGS }).map(({ trigger, name, outcome }) => ({
      labels: { repo, trigger, name, outcome },
      value: 1,
    })),
  );
  const messages = repositories.flatMap(({ name: repo, triggers }) => {
    const { pending, dead, delivered } = triggers.outbox();
    return [
      { labels: { repo, state: 'pending' }, value: pending.length },
      { labels: { repo, state: 'dead' }, value: dead.length },
      { labels: { repo, state: 'delivered' }, value: delivered },
    ];
  });
  return [
    {
      name: 'swarm_firings',
      help: 'Firings of schedules and webhooks by outcome.',
      type: 'gauge',
      samples: sum(firings),
    },
    {
      name: 'swarm_messages',
      help: 'Messages to other programs: waiting, given up, delivered.',
      type: 'gauge',
      samples: messages,
    },
  ];
}

function hubMetrics({ version, repositories }: HubContext, streams: EventStreams): Metric[] {
  const gauge = (name: string, help: string, value: number): Metric => ({
    ...{ name, help, type: 'gauge' },
    samples: [{ labels: {}, value }],
  });
  const unfinished = repositories.reduce((total, { live }) => total + live.unfinished, 0);
  return [
    {
      name: 'swarm_hub_info',
      help: 'The version of the hub.',
      type: 'gauge',
      samples: [{ labels: { version }, value: 1 }],
    },
    gauge('swarm_hub_event_streams', 'Open event streams.', streams.count),
    gauge('swarm_hub_followed_runs', 'Unfinished runs that are followed.', unfinished),
  ];
}

/** Adds up the samples with equal labels. */
function sum(samples: readonly Sample[]): Sample[] {
  const sums = new Map<string, Sample>();
  for (const { labels, value } of samples) {
    const key = JSON.stringify(labels);
    sums.set(key, { labels, value: (sums.get(key)?.value ?? 0) + value });
  }
  return [...sums.values()];
}
