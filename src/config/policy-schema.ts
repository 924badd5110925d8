import * as z from 'zod/mini';
import { effort, model } from '../plan/plan-schema.ts';

/** A week, in milliseconds, since a conversation may be continued days later. */
export const DEFAULT_TASK_TTL = 7 * 24 * 60 * 60 * 1_000;

/** Of one check command, in milliseconds. */
export const DEFAULT_CHECK_TIMEOUT = 10 * 60_000;

/** How often a failed check goes back to the agent. */
export const DEFAULT_CHECK_ROUNDS = 2;

/** Limits of one tier. All durations are in milliseconds. */
const tierPolicy = z.strictObject({
  startToCloseTimeout: z.number(),
  heartbeatTimeout: z.nullable(z.number()),
  /** For tasks that name none; null means the agent's own. */
  model: z._default(z.nullable(model), null),
  effort: z._default(z.nullable(effort), null),
  retry: z.strictObject({
    initialInterval: z.number(),
    backoffCoefficient: z.number(),
    maximumInterval: z.number(),
    maximumAttempts: z.int(),
  }),
});
export type TierPolicy = z.infer<typeof tierPolicy>;

/** How tasks are proved. */
const checkPolicy = z.strictObject({
  /** Commands by the names that plans may use for them. */
  named: z.record(z.string(), z.array(z.string())),
  /** How long one command may run, in milliseconds. */
  timeout: z.number(),
  /** How often a failed check goes back to the agent before the attempt has failed. */
  rounds: z.int(),
});

/** What a run does about the usage limits of the account. */
const usageLimitPolicy = z.strictObject({
  /** The share of a limit, from 0 to 1, from which on nothing is launched. */
  stopAt: z.number(),
  /** How long `swarm run` waits for a reset, in milliseconds; null if it ends instead. */
  wait: z.nullable(z.number()),
});

export const DEFAULT_USAGE_LIMIT = { stopAt: 0.95, wait: null };

/** When an interrupted agent is resumed, and when another one takes over. */
const resumePolicy = z.strictObject({
  /** The largest context, in tokens, with which an agent is resumed; null means any. */
  maxTranscriptTokens: z.nullable(z.int()),
});

export const DEFAULT_RESUME = { maxTranscriptTokens: 100_000 };

/** The limits with which a run was created. Later changes of the configuration do not affect it. */
export const policy = z.strictObject({
  tiers: z.strictObject({ quick: tierPolicy, medium: tierPolicy, long: tierPolicy }),
  maxParallel: z.int(),
  /** Commands that count as irreversible in addition to the known ones; the oldest runs have none. */
  gate: z._default(z.strictObject({ commands: z.array(z.string()) }), { commands: [] }),
  /** How long MCP clients can find an ended run as a task, in milliseconds; not in the oldest runs. */
  mcp: z._default(z.strictObject({ taskTtl: z.number() }), { taskTtl: DEFAULT_TASK_TTL }),
  usageLimit: z._default(usageLimitPolicy, DEFAULT_USAGE_LIMIT),
  resume: z._default(resumePolicy, DEFAULT_RESUME),
  checks: z._default(checkPolicy, {
    named: {},
    timeout: DEFAULT_CHECK_TIMEOUT,
    rounds: DEFAULT_CHECK_ROUNDS,
  }),
});
export type Policy = z.infer<typeof policy>;
