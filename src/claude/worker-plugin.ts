import { type HookGroups, isServerHook } from './hook-groups.ts';

/** Where the plugin as workers load it lies, below `dist/`; the build makes it. */
export const WORKER_PLUGIN = 'worker-plugin';

/**
 * The hooks of the plugin that a worker needs: those that judge its tool calls, and those that the
 * plugin's server answers. What else happens in its session, its supervisor sees by itself.
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
