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
 * Hook entries by event: the value of `hooks` in `hooks.json` and in `settings.json`. Claude Code
 * ignores the whole `settings.json` if they have another shape.
 */
export const hookGroups = z.record(z.string(), z.array(group));
export type HookGroups = z.infer<typeof hookGroups>;

/** `hooks/hooks.json` of a plugin. */
export const hooksFileSchema = z.looseObject({ hooks: hookGroups });

/** Removes handlers that do not match, and the groups that are then empty. Every event stays. */
export function filterHandlers(
  hooks: HookGroups,
  isWanted: (handler: HookHandler) => boolean,
): HookGroups {
  const entries = Object.entries(hooks).map(([event, groups]) => [
    event,
    groups
      .map((one) => ({ ...one, hooks: one.hooks.filter(isWanted) }))
      .filter((one) => one.hooks.length > 0),
  ]);
  return Object.fromEntries(entries);
}

/** Whether the plugin's MCP server answers a hook; any other hook is a process of its own. */
export function isServerHook({ type }: HookHandler): boolean {
  return type === 'mcp_tool';
}

/**
 * Makes `record-event` judge tool calls of agents and workers, which it otherwise leaves to the
 * plugin's server.
 */
export const JUDGE_FLAG = '--judge';

/** Whether a hook judges commands in case the plugin's server does not. */
function standsInForServer({ args = [] }: HookHandler): boolean {
  return args.includes(JUDGE_FLAG);
}

/** The hooks that start a process, without those that only matter beside a server. */
export function commandHooks(hooks: HookGroups): HookGroups {
  return filterHandlers(hooks, (one) => !isServerHook(one) && !standsInForServer(one));
}

/** A script that starts a hook only where a run may be open: Node takes much longer to start. */
const OPEN_RUN_SCRIPT = /\/hooks\/when-open\.sh$/;

/** The hook itself, where starting it does not depend on an open run. */
export function withoutScript(handler: HookHandler): HookHandler {
  const [script = '', ...args] = handler.args ?? [];
  return OPEN_RUN_SCRIPT.test(script) ? { ...handler, command: 'node', args } : handler;
}
