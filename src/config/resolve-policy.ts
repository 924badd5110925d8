import type { Tier } from '../plan/plan-schema.ts';
import type { Config } from './config-schema.ts';
import { parseDuration } from './durations.ts';
import {
  DEFAULT_CHECK_ROUNDS,
  DEFAULT_CHECK_TIMEOUT,
  DEFAULT_RESUME,
  DEFAULT_TASK_TTL,
  DEFAULT_USAGE_LIMIT,
  type Policy,
  type TierPolicy,
} from './policy-schema.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** The limits without any configuration. Durations are in milliseconds. */
export const DEFAULT_POLICY: Policy = {
  tiers: {
    quick: tierPolicy({ startToCloseTimeout: 60 * SECOND, heartbeat: null, attempts: 3 }),
    medium: tierPolicy({ startToCloseTimeout: 10 * MINUTE, heartbeat: MINUTE, attempts: 2 }),
    long: tierPolicy({ startToCloseTimeout: 30 * MINUTE, heartbeat: 30 * SECOND, attempts: 1 }),
  },
  maxParallel: 10,
  gate: { commands: [] },
  mcp: { taskTtl: DEFAULT_TASK_TTL },
  usageLimit: DEFAULT_USAGE_LIMIT,
  resume: DEFAULT_RESUME,
  checks: { named: {}, timeout: DEFAULT_CHECK_TIMEOUT, rounds: DEFAULT_CHECK_ROUNDS },
};

function tierPolicy(limits: {
  startToCloseTimeout: number;
  heartbeat: number | null;
  attempts: number;
}): TierPolicy {
  return {
    startToCloseTimeout: limits.startToCloseTimeout,
    heartbeatTimeout: limits.heartbeat,
    model: null,
    effort: null,
    retry: {
      initialInterval: SECOND,
      backoffCoefficient: 2,
      maximumInterval: 30 * SECOND,
      maximumAttempts: limits.attempts,
    },
  };
}

/** The limits of a new run: the configuration on top of the defaults. Durations are in milliseconds. */
export function resolvePolicy(config: Config): Policy {
  return {
    tiers: {
      quick: resolveTier('quick', config),
      medium: resolveTier('medium', config),
      long: resolveTier('long', config),
    },
    maxParallel: config.maxParallel ?? DEFAULT_POLICY.maxParallel,
    gate: { commands: config.gate?.commands ?? DEFAULT_POLICY.gate.commands },
    mcp: { taskTtl: milliseconds(config.mcp?.taskTtl, DEFAULT_POLICY.mcp.taskTtl) },
    usageLimit: {
      stopAt: share(config.usageLimit?.stopAt) ?? DEFAULT_POLICY.usageLimit.stopAt,
      wait: milliseconds(config.usageLimit?.wait ?? undefined, DEFAULT_POLICY.usageLimit.wait),
    },
    resume: { ...DEFAULT_POLICY.resume, ...config.resume },
    checks: {
      named: config.checks ?? {},
      timeout: milliseconds(config.checkTimeout, DEFAULT_POLICY.checks.timeout),
      rounds: config.checkRounds ?? DEFAULT_POLICY.checks.rounds,
    },
  };
}

function resolveTier(tier: Tier, config: Config): TierPolicy {
  const defaults = DEFAULT_POLICY.tiers[tier];
  const given = config.tiers?.[tier] ?? {};
  const { startToCloseTimeout, heartbeatTimeout, retry } = given;
  return {
    startToCloseTimeout: milliseconds(startToCloseTimeout, defaults.startToCloseTimeout),
    heartbeatTimeout:
      heartbeatTimeout === null ? null : milliseconds(heartbeatTimeout, defaults.heartbeatTimeout),
    model: given.model ?? null,
    effort: given.effort ?? null,
    retry: {
      initialInterval: milliseconds(retry?.initialInterval, defaults.retry.initialInterval),
      backoffCoefficient: retry?.backoffCoefficient ?? defaults.retry.backoffCoefficient,
      maximumInterval: milliseconds(retry?.maximumInterval, defaults.retry.maximumInterval),
      maximumAttempts: retry?.maximumAttempts ?? defaults.retry.maximumAttempts,
    },
  };
}

/** A percentage such as "95%" as a share, from 0 to 1. */
function share(percentage: string | undefined): number | undefined {
  return percentage === undefined ? undefined : Number.parseInt(percentage, 10) / 100;
}

function milliseconds<Fallback extends number | null>(
  text: string | undefined,
  fallback: Fallback,
) {
  return text === undefined ? fallback : parseDuration(text);
}
