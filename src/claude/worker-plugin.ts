import { type HookGroups, isServerHook, withoutScript } from './hook-groups.ts';

/** The directory below `dist/` of the plugin that workers load; the build creates it. */
export const WORKER_PLUGIN = 'worker-plugin';

/** The source of a session's start after its context was compacted. */
export const COMPACTION = 'compact';

/**
 * The hooks that a worker needs: those that check its tool calls, those that the plugin's server
 * answers, and the one that repeats its brief after a compaction. The supervisor sees everything
 * else in the worker's session by itself.
 */
export function hooksOfWorkers(hooks: HookGroups): HookGroups {
  const entries = Object.entries(hooks).map(
    ([event, groups]) =>
      [
        event,
        event === 'SessionStart'
          ? groups.map((group) => ({
              ...group,
              matcher: COMPACTION,
              hooks: group.hooks.map(withoutScript),
            }))
          : groups.filter((group) => event === 'PreToolUse' || group.hooks.every(isServerHook)),
      ] as const,
  );
  return Object.fromEntries(entries.filter(([, groups]) => groups.length > 0));
}
