import * as z from 'zod/mini';

/** A week: a conversation may be continued after some days; milliseconds. */
export const DEFAULT_TASK_TTL = 7 * 24 * 60 * 60 * 1_000;

/** Limits of one tier; all durations in milliseconds. */
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

/** The limits a run was opened with. They do not change while it runs. */
export const policy = z.strictObject({
  tiers: z.strictObject({ quick: tierPolicy, medium: tierPolicy, long: tierPolicy }),
  maxParallel: z.int(),
  /** Commands that count as irreversible besides those that are known; runs of 0.1.0 have none. */
  gate: z._default(z.strictObject({ commands: z.array(z.string()) }), { commands: [] }),
  /** How long MCP clients find an ended run as a task; runs of 0.1.0 do not say. */
  mcp: z._default(z.strictObject({ taskTtl: z.number() }), { taskTtl: DEFAULT_TASK_TTL }),
});
export type Policy = z.infer<typeof policy>;
