import * as z from 'zod/mini';
import { hookGroups } from './hook-groups.ts';

const flag = z.optional(z.boolean());
const words = z.optional(z.array(z.string()));
const text = z.optional(z.string());
const servers = z.optional(z.array(z.looseObject({ serverName: z.optional(z.string()) })));

/**
 * Fields of Claude Code's settings. If one has another type, the client ignores the whole file
 * without a word. Fields that are not listed, and their types, are the client's.
 */
export const clientSettings = z.looseObject({
  allowManagedHooksOnly: flag,
  allowedMcpServers: servers,
  cleanupPeriodDays: z.optional(z.number()),
  deniedMcpServers: servers,
  disableAllHooks: flag,
  enableAllProjectMcpServers: flag,
  enabledPlugins: z.optional(z.record(z.string(), z.unknown())),
  env: z.optional(z.record(z.string(), z.coerce.string())),
  hooks: z.optional(hookGroups),
  includeCoAuthoredBy: flag,
  model: text,
  outputStyle: text,
  permissions: z.optional(
    z.looseObject({
      allow: words,
      ask: words,
      deny: words,
      additionalDirectories: words,
      defaultMode: z.optional(
        z.enum([
          'acceptEdits',
          'auto',
          'bypassPermissions',
          'default',
          'dontAsk',
          'manual',
          'plan',
        ]),
      ),
    }),
  ),
});
export type SettingsOfClient = z.infer<typeof clientSettings>;
