/** The agent types that this plugin defines, in `agents/`. */
const OWN_AGENTS = new Set(['swarm-worker', 'swarm-researcher', 'swarm-reviewer']);

const PLUGIN_PREFIX = 'swarm-parallel:';

/** Whether an agent type is one of those that this plugin defines. */
export function isOwnAgentType(type: string): boolean {
  return OWN_AGENTS.has(type.startsWith(PLUGIN_PREFIX) ? type.slice(PLUGIN_PREFIX.length) : type);
}

/**
 * The name under which Claude Code knows an agent type: it prefixes a plugin's agents with the name
 * of the plugin, but not those of a repository's own `.claude/agents`.
 * @param agent as a plan names it
 * @param isPlugin whether swarm-parallel is installed as a plugin, not as files in `.claude`
 */
export function resolveAgentType(agent: string, isPlugin: boolean): string {
  return isPlugin && OWN_AGENTS.has(agent) ? `${PLUGIN_PREFIX}${agent}` : agent;
}
