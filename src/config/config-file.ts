/** The configuration of a repository, relative to its root. */
export const CONFIG_FILE = '.claude/swarm-parallel.json';
