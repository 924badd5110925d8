import type { Host } from '../../store/host.ts';
import type { NamedWebhook } from '../config/named-triggers.ts';
import type { NamedSchedule } from '../schedules/due-times.ts';
import { FiringError, prepareFiring } from './start-firing.ts';

interface PlanContext {
  host: Host;
  env: Readonly<Record<string, string | undefined>>;
}

/**
 * What is wrong with the plan of a trigger, one line each. It is checked again at each firing, but
 * people should hear of it before.
 */
export function explainPlan(
  kind: 'schedule' | 'webhook',
  trigger: NamedSchedule | NamedWebhook,
  { host, env }: PlanContext,
): string[] {
  const inputs = 'inputs' in trigger ? Object.keys(trigger.inputs) : [];
  const samples = Object.fromEntries(inputs.map((name) => [name, 'sample']));
  try {
    prepareFiring({ trigger: kind, name: trigger.name }, trigger.plan, samples, { host, env });
    return [];
  } catch (error) {
    if (!(error instanceof FiringError)) throw error;
    return error.message.split('\n').filter((line) => !line.startsWith('No run was created'));
  }
}
