/** The tools of Claude Code that this plugin watches, by what they do. */
export const TOOLS = {
  /** Launch a subagent. Older clients call the tool `Task`. */
  launch: ['Agent', 'Task'],
  /** Run a shell command. */
  command: ['Bash', 'Monitor'],
} as const;
