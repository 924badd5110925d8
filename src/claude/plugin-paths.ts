import type { HookGroups, HookHandler } from './hook-groups.ts';

/** How hook entries refer to the files of the plugin, and of the drop-in in a repository's `.claude`. */

/** The drop-in's directory, relative to the repository. */
export const DROP_IN_DIR = '.claude/swarm-parallel';

/** Claude Code replaces these in the commands of hooks. */
export const PLUGIN_ROOT = '$' + '{CLAUDE_PLUGIN_ROOT}';
export const DROP_IN_ROOT = `${'$'}{CLAUDE_PROJECT_DIR}/${DROP_IN_DIR}`;

/** Every program and argument of a handler's command line, as written in its entry. */
export function commandParts({ command, args = [] }: HookHandler): string[] {
  return command === undefined ? args : [command, ...args];
}

/** The command line of a handler with its directories filled in. @param root of the installation */
export function commandLineOf(handler: HookHandler, root: string): string[] {
  return commandParts(handler).map((part) =>
    part.replaceAll(PLUGIN_ROOT, root).replaceAll(DROP_IN_ROOT, root),
  );
}

/**
 * The files of the installation that hooks run.
 * @returns paths relative to the plugin or drop-in, such as `dist/record-event.cjs`; a file that
 *   several hooks run is listed once
 */
export function scriptsOf(hooks: HookGroups): string[] {
  const parts = Object.values(hooks)
    .flat()
    .flatMap((group) => group.hooks.flatMap(commandParts));
  const scripts = parts.flatMap((part) =>
    [PLUGIN_ROOT, DROP_IN_ROOT].flatMap((root) =>
      part.startsWith(`${root}/`) ? [part.slice(root.length + 1)] : [],
    ),
  );
  return [...new Set(scripts)];
}
