import * as z from 'zod/mini';

/** A duration such as "500ms", "90s", "10m" or "1.5h". */
const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;
const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** No attempt may last longer; milliseconds. */
export const CEILING_MS = 30 * UNIT_MS.m;

/** @returns milliseconds, or NaN when the text is no duration. */
export function parseDuration(text: string): number {
  const [, amount, unit] = DURATION.exec(text) ?? [];
  return Math.round(Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS]);
}

const duration = z
  .string()
  .check(z.regex(DURATION, { error: 'a duration such as "90s" or "10m"', abort: true }))
  .register(z.globalRegistry, { description: 'A duration: a number and ms, s, m or h.' });

const timeout = duration.check(
  z.refine(
    (text) => parseDuration(text) > 0 && parseDuration(text) <= CEILING_MS,
    'more than 0 and at most "30m"',
  ),
);

const tierConfig = z.strictObject({
  startToCloseTimeout: z.optional(timeout),
  heartbeatTimeout: z.optional(z.nullable(timeout)),
  retry: z.optional(
    z.strictObject({
      initialInterval: z.optional(duration),
      backoffCoefficient: z.optional(z.number().check(z.minimum(1))),
      maximumInterval: z.optional(duration),
      maximumAttempts: z.optional(z.int().check(z.minimum(1), z.maximum(10))),
    }),
  ),
});

const gateConfig = z.strictObject({
  commands: z.optional(
    z
      .array(
        z
          .string()
          .check(
            z.regex(/^[^\s-]\S*(?: \S+)*$/, 'a command such as "make deploy"'),
            z.maxLength(200),
          ),
      )
      .register(z.globalRegistry, {
        description:
          'Commands of agents that a person has to approve, besides those that are known to be irreversible, by the words they begin with. Options may be anywhere; * stands for any letters, ** for any words, a|b for either.',
      }),
  ),
});

const notifyConfig = z.strictObject({
  command: z
    .array(z.string().check(z.minLength(1)))
    .check(z.minLength(1))
    .register(z.globalRegistry, {
      description:
        'A program and its arguments, started without a shell when a run ends, a task of the tier long fails or a gate waits. It gets what happened as JSON on stdin.',
    }),
  timeout: z.optional(timeout),
});

const mcpConfig = z.strictObject({
  taskTtl: z.optional(
    duration
      .check(z.refine((text) => parseDuration(text) > 0, 'more than 0'))
      .register(z.globalRegistry, {
        description:
          'How long MCP clients find a run as a task after its end; its files stay. "168h" is the default.',
      }),
  ),
});

/** `.claude/swarm-parallel.json`. What is left out keeps its default. */
export const config = z.strictObject({
  $schema: z.optional(z.string()),
  tiers: z.optional(
    z.strictObject({
      quick: z.optional(tierConfig),
      medium: z.optional(tierConfig),
      long: z.optional(tierConfig),
    }),
  ),
  maxParallel: z.optional(z.int().check(z.minimum(1), z.maximum(100))),
  gate: z.optional(gateConfig),
  notify: z.optional(notifyConfig),
  mcp: z.optional(mcpConfig),
});
export type Config = z.infer<typeof config>;
