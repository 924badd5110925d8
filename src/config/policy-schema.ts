import * as z from 'zod/mini';

/** A week, in milliseconds, since a conversation may be continued days later. */
export const DEFAULT_TASK_TTL = 7 * 24 * 60 * 60 * 1_000;

/** Limits of one tier. All durations are in milliseconds. */
const tierPolicy = z.strictObject({
  startToCloseTimeout: z.number(),
  heartbeatTimeout: z.nullable(z.number()),
  retry: z.strictObject({
    initialInterval: z.number(),
    backoffCoefficient: z.number(),
    maximumInterval: z.number(),
    maximumAttempts: z.int(),
  }),
});
export type TierPolicy = z.infer<typeof tierPolicy>;

/** The limits with which a run was created. Later changes of the configuration do not affect it. */
export const policy = z.strictObject({
  tiers: z.strictObject({ quick: tierPolicy, medium: tierPolicy, long: tierPolicy }),
  maxParallel: z.int(),
  /** Commands that count as irreversible in addition to the known ones; the oldest runs have none. */
  gate: z._default(z.strictObject({ commands: z.array(z.string()) }), { commands: [] }),
  /** How long MCP clients can find an ended run as a task, in milliseconds; not in the oldest runs. */
  mcp: z._default(z.strictObject({ taskTtl: z.number() }), { taskTtl: DEFAULT_TASK_TTL }),
});
export type Policy = z.infer<typeof policy>;
