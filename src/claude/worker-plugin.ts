import { type HookGroups, isServerHook } from './hook-groups.ts';

/** The directory below `dist/` of the plugin that workers load; the build creates it. */
export const WORKER_PLUGIN = 'worker-plugin';

/**
 * The hooks that a worker needs: those that check its tool calls, and those that the plugin's server
 * answers. The supervisor sees everything else in the worker's session by itself.
 */
export function hooksOfWorkers(hooks: HookGroups): HookGroups {
  const entries = Object.entries(hooks).map(
    ([event, groups]) =>
      [
        event,
        groups.filter((group) => event === 'PreToolUse' || group.hooks.every(isServerHook)),
      ] as const,
  );
  return Object.fromEntries(entries.filter(([, groups]) => groups.length > 0));
}
