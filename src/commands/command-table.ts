import { COMMAND_RIGHTS, type CommandName, type CommandRights } from './command-rights.ts';

/**
 * Every command of `swarm` with what it takes and what it is for. The command line, the completion
 * and the tests of the documentation read it.
 */
export interface SwarmCommand extends CommandRights, CommandWords {}

/** What `--json` prints: one document, one object a line, or nothing because there is no answer. */
type JsonOutput = 'document' | 'lines' | 'none';

interface CommandWords {
  /** The arguments, in the notation of the help: `<required>` and `[optional]`. */
  args: string;
  /** One sentence, shown in the list of commands. */
  summary: string;
  group: keyof typeof COMMAND_GROUPS;
  json: JsonOutput;
}

/** The headings of the list of commands, in order. */
export const COMMAND_GROUPS = {
  runs: 'Start and watch runs:',
  control: 'Control a run:',
  results: 'Read and bring home what a run made:',
  triggers: 'Start runs by time or by events:',
  machines: 'Run tasks on several machines:',
  setup: 'Set up and clean up:',
  agents: 'Called by agents:',
  internal: 'Called by swarm itself:',
} as const;

const WORDS: Readonly<Record<CommandName, CommandWords>> = {
  plan: {
    args: '[file]',
    summary: 'Check a plan, create a run and print what to launch.',
    group: 'runs',
    json: 'document',
  },
  status: {
    args: '[run]',
    summary: 'Show a run; on a terminal, live while it is working.',
    group: 'runs',
    json: 'document',
  },
  watch: {
    args: '[run]',
    summary: 'Watch a run until it ends, keeping its files up to date.',
    group: 'runs',
    json: 'lines',
  },
  run: {
    args: '<plan|run|->',
    summary: 'Execute a plan or resume a run, one Claude process per task.',
    group: 'runs',
    json: 'lines',
  },
  summary: {
    args: '[run]',
    summary: 'Print the summary of a run.',
    group: 'runs',
    json: 'document',
  },
  list: {
    args: '',
    summary: "List this repository's runs and mark inactive ones.",
    group: 'runs',
    json: 'document',
  },
  cancel: {
    args: '[run[/task]]',
    summary: 'Cancel a run or one task, after asking. Agents stop at their next tool call.',
    group: 'control',
    json: 'document',
  },
  retry: {
    args: '<run[/task]>',
    summary: 'Allow one more attempt of failed or cancelled tasks.',
    group: 'control',
    json: 'document',
  },
  rerun: {
    args: '<run/task>',
    summary: 'Do a task again that has ended, even if it completed.',
    group: 'control',
    json: 'document',
  },
  approve: {
    args: '<run/task>',
    summary: 'Approve, once, the irreversible command a task is waiting on.',
    group: 'control',
    json: 'document',
  },
  deny: {
    args: '<run/task>',
    summary: 'Deny the command a task is waiting on; the task fails.',
    group: 'control',
    json: 'document',
  },
  resume: {
    args: '[run]',
    summary: 'Resume an interrupted run, or show what to launch next.',
    group: 'control',
    json: 'document',
  },
  merge: {
    args: '[run]',
    summary: "Merge the branches of a run's tasks onto one branch.",
    group: 'results',
    json: 'document',
  },
  diff: {
    args: '[target]',
    summary: 'Show what a run or one task changed.',
    group: 'results',
    json: 'document',
  },
  restore: {
    args: '[run]',
    summary: 'Put files back to what they were before a run, after asking.',
    group: 'results',
    json: 'document',
  },
  show: {
    args: '<run/task>',
    summary: 'Show a task: brief, attempts, evidence, checks and report.',
    group: 'results',
    json: 'document',
  },
  logs: {
    args: '<run/task>',
    summary: "Print what a task's agent said and did.",
    group: 'results',
    json: 'lines',
  },
  rm: {
    args: '<run>',
    summary: 'Remove the files of a run, after asking.',
    group: 'setup',
    json: 'document',
  },
  install: {
    args: '[dir]',
    summary: "Install the plugin into a repository's .claude directory.",
    group: 'setup',
    json: 'document',
  },
  uninstall: {
    args: '[dir]',
    summary: 'Remove what `swarm install` added.',
    group: 'setup',
    json: 'document',
  },
  init: {
    args: '',
    summary: 'Write a configuration and an example of a plan.',
    group: 'setup',
    json: 'document',
  },
  completion: {
    args: '<shell>',
    summary: 'Print the completion script for bash, zsh or fish.',
    group: 'setup',
    json: 'none',
  },
  doctor: {
    args: '',
    summary: 'Check this machine, the installation and the project.',
    group: 'setup',
    json: 'document',
  },
  prune: {
    args: '',
    summary: 'Remove merged git worktrees, and keys of deleted runs.',
    group: 'setup',
    json: 'document',
  },
  mcp: {
    args: '',
    summary: 'Serve runs to MCP clients, over stdin and stdout or HTTP.',
    group: 'setup',
    json: 'document',
  },
  serve: {
    args: '',
    summary: 'Serve a live page, an API, events and MCP for runs.',
    group: 'setup',
    json: 'document',
  },
  worker: {
    args: '',
    summary: 'Execute tasks of other machines, from the pools of a queue.',
    group: 'machines',
    json: 'lines',
  },
  queue: {
    args: '<action>',
    summary: 'Show, drain and clean a queue.',
    group: 'machines',
    json: 'document',
  },
  schedule: {
    args: '<action> [name]',
    summary: 'List, trigger, pause and backfill schedules, and show their history.',
    group: 'triggers',
    json: 'document',
  },
  webhook: {
    args: '<action> [name]',
    summary: 'List and test webhooks, and show and replay their deliveries.',
    group: 'triggers',
    json: 'document',
  },
  help: {
    args: '[command]',
    summary: 'Show the help of a command.',
    group: 'setup',
    json: 'none',
  },
  checkpoint: {
    args: '<run/task> <percent> <message>',
    summary: "Record a task's progress (called by its agent).",
    group: 'agents',
    json: 'document',
  },
  result: {
    args: '<run/task> [source]',
    summary: "Store a task's full report (called by its agent).",
    group: 'agents',
    json: 'document',
  },
  verify: {
    args: '<run> <attempt> <parent>',
    summary: 'Run the checks of an attempt, for the hook that holds its end.',
    group: 'internal',
    json: 'none',
  },
  measure: {
    args: '<measurement>',
    summary: "Record what Claude Code knows of costs and limits, for the plugin's module.",
    group: 'internal',
    json: 'none',
  },
  guard: {
    args: '<run> <supervisor>',
    summary: 'End the workers of a supervisor that no longer exists.',
    group: 'internal',
    json: 'none',
  },
  'worker-guard': {
    args: '<directory> <pid>',
    summary: 'Clean up after a worker that no longer exists.',
    group: 'internal',
    json: 'none',
  },
};

export const COMMAND_TABLE: readonly SwarmCommand[] = COMMAND_RIGHTS.map((rights) => ({
  ...rights,
  ...WORDS[rights.name],
}));
