import {
  commandHooks,
  type HookGroups,
  type HookHandler,
  withoutScript,
} from '../claude/hook-groups.ts';
import { commandParts, DROP_IN_DIR, DROP_IN_ROOT, PLUGIN_ROOT } from '../claude/plugin-paths.ts';
import { COMMAND_TOOLS } from '../claude/tools.ts';

/**
 * Translates the plugin into files for a repository's `.claude` directory. There Claude Code does
 * not treat it as a plugin: its hooks are entries of `settings.json`, and its agents have no prefix.
 */

/** What the drop-in adds to `settings.json`. */
export interface DropInSettings {
  hooks: HookGroups;
  /** Renders the rows of agents; only added if nothing else does. */
  subagentStatusLine: StatusLineCommand;
}

interface StatusLineCommand {
  type: 'command';
  command: string;
}

const STATUS_LINE_SCRIPT = `${DROP_IN_DIR}/dist/agent-rows.cjs`;

/** A shell command, where the variable may be unset: Claude Code does not always know the project. */
export const DROP_IN_STATUS_LINE: StatusLineCommand = {
  type: 'command',
  command: `node "\${CLAUDE_PROJECT_DIR:-.}/${STATUS_LINE_SCRIPT}"`,
};

/** Whether a `subagentStatusLine` is the drop-in's, of any version. */
export function isDropInStatusLine(value: unknown): boolean {
  return JSON.stringify(value)?.includes(STATUS_LINE_SCRIPT) ?? false;
}

/** Whether a handler in `settings.json` runs a script of the drop-in. */
export function isDropInHandler(handler: HookHandler): boolean {
  return commandParts(handler).some((part) => part.includes(`${DROP_IN_ROOT}/`));
}

/** Puts `bin/` on `PATH`; for a plugin, Claude Code does that itself. */
const ADD_TO_PATH: HookHandler = {
  type: 'command',
  command: 'node',
  args: [`${DROP_IN_ROOT}/dist/add-to-path.cjs`],
  timeout: 10,
};

/** Translates the hooks of `hooks.json` for `settings.json`. */
export function toDropInHooks(hooks: HookGroups): HookGroups {
  const entries = Object.entries(commandHooks(hooks)).map(([event, groups]) => [
    event,
    groups.map((group) => ({ ...group, hooks: group.hooks.map(toDropInHandler) })),
  ]);
  const translated: HookGroups = Object.fromEntries(entries);
  translated.SessionStart = [...(translated.SessionStart ?? []), { hooks: [ADD_TO_PATH] }];
  return translated;
}

function toDropInHandler(handler: HookHandler): HookHandler {
  const move = (text: string): string => text.replaceAll(PLUGIN_ROOT, DROP_IN_ROOT);
  // It waits for an installed plugin, and its own directory is there in any case.
  const hook = withoutScript(handler);
  const { command, args } = hook;
  return {
    ...hook,
    ...(command === undefined ? {} : { command: move(command) }),
    ...(args === undefined ? {} : { args: args.map(move) }),
  };
}

/** Translates a command or agent of the plugin: outside a plugin, agent types have no prefix. */
export function toDropInMarkdown(text: string): string {
  return text.replaceAll('swarm-parallel:swarm-', 'swarm-');
}

/**
 * Translates an agent of the plugin. The drop-in has no server that sees the agent's tool calls, so
 * the agent's definition registers a hook for them, which runs for no other agent.
 */
export function toDropInAgent(text: string): string {
  return toDropInMarkdown(text).replace(/^---\n[\s\S]*?\n(?=---\n)/, (head) => head + AGENT_HOOKS);
}

const AGENT_HOOKS = `hooks:
${['PreToolUse', 'PostToolUse', 'PostToolUseFailure'].map(agentHook).join('')}`;

function agentHook(event: string): string {
  return `  ${event}:
    - matcher: "${event === 'PreToolUse' ? '*' : COMMAND_TOOLS.join('|')}"
      hooks:
        - type: command
          command: node
          args: ["${DROP_IN_ROOT}/dist/record-event.cjs"]
          timeout: 10
`;
}
