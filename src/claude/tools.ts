/** The tool that launches a subagent. */
export const AGENT_TOOL = 'Agent';

/** Older clients call that tool `Task`. */
export const AGENT_TOOLS: readonly string[] = [AGENT_TOOL, 'Task'];

export const BASH_TOOL = 'Bash';

/** The tools that run a shell command. */
export const COMMAND_TOOLS: readonly string[] = [BASH_TOOL, 'Monitor'];

/** The client's tools that change no file. */
export const READING_TOOLS: ReadonlySet<string> = new Set([
  ...['Read', 'Grep', 'Glob', 'LS', 'NotebookRead', 'WebFetch', 'WebSearch'],
  ...['TodoWrite', 'TaskCreate', 'TaskGet', 'TaskList', 'TaskUpdate', 'ToolSearch'],
]);

/** The tools that change a file, with the input field that names it. */
export const EDIT_TOOLS: ReadonlyMap<string, string> = new Map([
  ['Edit', 'file_path'],
  ['MultiEdit', 'file_path'],
  ['Write', 'file_path'],
  ['NotebookEdit', 'notebook_path'],
]);
