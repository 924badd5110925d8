/** The tool that launches a subagent. */
export const AGENT_TOOL = 'Agent';

export const BASH_TOOL = 'Bash';

/** The tools that run a shell command. */
export const COMMAND_TOOLS: readonly string[] = [BASH_TOOL, 'Monitor'];
