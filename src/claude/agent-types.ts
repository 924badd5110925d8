const OWN_AGENTS = new Set(['swarm-worker', 'swarm-researcher', 'swarm-reviewer']);

/** The name that Claude Code knows an agent type by: a plugin's own agents carry its name as a prefix. */
export function resolveAgentType(agent: string, isPlugin: boolean): string {
  return isPlugin && OWN_AGENTS.has(agent) ? `swarm-parallel:${agent}` : agent;
}
