import * as z from 'zod/mini';

const handler = z.looseObject({
  type: z.optional(z.string()),
  command: z.optional(z.string()),
  args: z.optional(z.array(z.string())),
});
export type HookHandler = z.infer<typeof handler>;

const group = z.looseObject({ matcher: z.optional(z.string()), hooks: z.array(handler) });
export type HookGroup = z.infer<typeof group>;

/**
 * Hook entries by event, as they stand under `hooks` in `hooks.json` and in `settings.json`. The
 * client takes nothing of a `settings.json` in which they have another shape.
 */
const hookGroups = z.record(z.string(), z.array(group));
export type HookGroups = z.infer<typeof hookGroups>;

/** `hooks/hooks.json` of a plugin. */
export const hooksFileSchema = z.looseObject({ hooks: hookGroups });
