import type { NotifyTarget } from '../../notify/target-schema.ts';
import type { FiringRules } from '../firings/decide-firings.ts';
import type { NamedSchedule } from '../schedules/due-times.ts';
import { readTriggers } from './read-triggers.ts';
import type { RunOptions, WebhookConfig } from './triggers-schema.ts';
import { parseRate } from './triggers-schema.ts';

export interface NamedWebhook extends WebhookConfig {
  name: string;
}

/** The configured triggers of a repository, with their defaults. */
export interface Triggering {
  schedules: ReadonlyMap<string, NamedSchedule>;
  webhooks: ReadonlyMap<string, NamedWebhook>;
  targets: readonly NotifyTarget[];
}

/** @param root of the repository, absolute @throws {SwarmError} that names each bad field */
export function loadTriggering(root: string): Triggering {
  const { schedules, webhooks, notify } = readTriggers(root);
  const local = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return {
    schedules: new Map(
      Object.entries(schedules).map(([name, schedule]) => [
        name,
        { ...schedule, name, timezone: schedule.timezone ?? local },
      ]),
    ),
    webhooks: new Map(Object.entries(webhooks).map(([name, one]) => [name, { ...one, name }])),
    targets: notify.targets,
  };
}

/** What firings of a schedule or webhook have in common. */
export interface FiringConfig {
  plan: string;
  run: RunOptions;
  /** Whether the end of a run wakes a session that is open in the repository. */
  wake: boolean;
  /** The fields of the payload that the plan may use; none for a schedule. */
  inputs: Readonly<Record<string, string>>;
  rules: Pick<FiringRules, 'overlap' | 'concurrency'>;
  /** How many firings may start in how many milliseconds; null for any number. */
  rate: { count: number; windowMs: number } | null;
}

/** The configuration that a firing belongs to; null if it was removed. */
export function configOfFiring(
  { schedules, webhooks }: Triggering,
  { trigger, name }: { trigger: 'schedule' | 'webhook'; name: string },
): FiringConfig | null {
  if (trigger === 'schedule') {
    const schedule = schedules.get(name);
    if (!schedule) return null;
    const { plan, run, wake, overlap } = schedule;
    return { plan, run, wake, inputs: {}, rules: { overlap, concurrency: 1 }, rate: null };
  }
  const webhook = webhooks.get(name);
  if (!webhook) return null;
  const { plan, run, wake, inputs, overlap, concurrency, rate } = webhook;
  const limit = rate === undefined ? null : parseRate(rate);
  return { plan, run, wake, inputs, rules: { overlap, concurrency }, rate: limit };
}
