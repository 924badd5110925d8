import type { HookGroups, HookHandler } from './hook-groups.ts';

/**
 * The plugin dropped into the `.claude` of a repository: there it is no plugin for the client, so
 * its hooks stand in `settings.json`, and its agents have bare names.
 */

/** Its directory, from the repository. */
const DROP_IN_DIR = '.claude/swarm-parallel';

const PLUGIN_ROOT = '$' + '{CLAUDE_PLUGIN_ROOT}';
const DROP_IN_ROOT = `${'$'}{CLAUDE_PROJECT_DIR}/${DROP_IN_DIR}`;

/** The script that puts `bin/` on `PATH`; for a plugin the client does that. */
const ADD_TO_PATH = `${DROP_IN_ROOT}/dist/add-to-path.cjs`;

/** What the drop-in has in `settings.json`. */
export interface DropInSettings {
  hooks: HookGroups;
  /** Draws the rows of agents; only where no other command does. */
  subagentStatusLine: AgentRows;
}

interface AgentRows {
  type: 'command';
  command: string;
}

/** A shell line of the client's, in which it names the project only where it knows it. */
const AGENT_ROWS_SCRIPT = `${DROP_IN_DIR}/dist/agent-rows.cjs`;

export const DROP_IN_STATUS_LINE: AgentRows = {
  type: 'command',
  command: `node "\${CLAUDE_PROJECT_DIR:-.}/${AGENT_ROWS_SCRIPT}"`,
};

/** Whether a `subagentStatusLine` is that of the drop-in, of whatever version. */
export function isDropInStatusLine(value: unknown): boolean {
  return JSON.stringify(value)?.includes(AGENT_ROWS_SCRIPT) ?? false;
}

/** What the hooks of `hooks.json` are in `settings.json`. */
export function toDropInHooks(hooks: HookGroups): HookGroups {
  const entries = Object.entries(commandHooks(hooks)).map(([event, groups]) => [
    event,
    groups.map((group) => ({ ...group, hooks: group.hooks.map(toDropInHandler) })),
  ]);
  const translated: HookGroups = Object.fromEntries(entries);
  translated.SessionStart = [
    ...(translated.SessionStart ?? []),
    { hooks: [{ type: 'command', command: 'node', args: [ADD_TO_PATH], timeout: 10 }] },
  ];
  return translated;
}

/** The hooks that are processes of their own; the others are answered by the plugin's server. */
export function commandHooks(hooks: HookGroups): HookGroups {
  const entries = Object.entries(hooks).map(([event, groups]) => [
    event,
    groups
      .map((group) => ({ ...group, hooks: group.hooks.filter(({ type }) => type !== 'mcp_tool') }))
      .filter((group) => group.hooks.length > 0),
  ]);
  return Object.fromEntries(entries);
}

function toDropInHandler(handler: HookHandler): HookHandler {
  const move = (text: string): string => text.replaceAll(PLUGIN_ROOT, DROP_IN_ROOT);
  const { command, args } = handler;
  return {
    ...handler,
    ...(command === undefined ? {} : { command: move(command) }),
    ...(args === undefined ? {} : { args: args.map(move) }),
  };
}

/** What a command or agent of the plugin is outside of it: agent types have no scope there. */
export function toDropInMarkdown(text: string): string {
  return text.replaceAll('swarm-parallel:swarm-', 'swarm-');
}

/**
 * An agent of the drop-in. There is no server there to see its tool calls, so it brings a hook of
 * its own for them, which starts for no other agent.
 */
export function toDropInAgent(text: string): string {
  return toDropInMarkdown(text).replace(/^---\n[\s\S]*?\n(?=---\n)/, (head) => head + AGENT_HOOKS);
}

const AGENT_HOOKS = `hooks:
${['PreToolUse', 'PostToolUse', 'PostToolUseFailure'].map(agentHook).join('')}`;

function agentHook(event: string): string {
  return `  ${event}:
    - matcher: "${event === 'PreToolUse' ? '*' : 'Bash|Monitor'}"
      hooks:
        - type: command
          command: node
          args: ["${DROP_IN_ROOT}/dist/record-event.cjs"]
          timeout: 10
`;
}

/** Whether a handler in `settings.json` runs something of the drop-in. */
export function isDropInHandler(handler: HookHandler): boolean {
  return textsOf(handler).some((text) => text.includes(`${DROP_IN_ROOT}/`));
}

/**
 * The files of the installation that a handler runs.
 * @returns paths from the directory of the plugin or drop-in, such as `dist/record-event.cjs`
 */
export function scriptsOf(handler: HookHandler): string[] {
  return textsOf(handler).flatMap((text) =>
    [PLUGIN_ROOT, DROP_IN_ROOT].flatMap((root) =>
      text.startsWith(`${root}/`) ? [text.slice(root.length + 1)] : [],
    ),
  );
}

function textsOf({ command, args = [] }: HookHandler): string[] {
  return command === undefined ? args : [command, ...args];
}

/** The command line of a handler with the directories filled in. @param root of the installation */
export function commandLineOf(handler: HookHandler, root: string): string[] {
  return textsOf(handler).map((text) =>
    text.replaceAll(PLUGIN_ROOT, root).replaceAll(DROP_IN_ROOT, root),
  );
}
