import * as z from 'zod/mini';

/** What the plugin's module passes on of what the client knows about costs and limits. */
export const measurement = z.object({
  agents: z.array(z.object({ id: z.string(), usd: z.number().check(z.nonnegative()) })),
  /** The usage limits of the account. */
  limits: z.array(
    z.object({
      /** From 0 to 100, and above that for a limit of spending that is exceeded. */
      percentUsed: z.number().check(z.nonnegative()),
      /** ISO 8601. */
      resetsAt: z.optional(z.string()),
    }),
  ),
});
export type Measurement = z.infer<typeof measurement>;
