/**
 * Every command of `swarm`: the one place that says what it takes, what it is for and who may call
 * it. The command line, the permission hook, the command policy, the pane and the tests of the
 * documentation read it, so it is data alone and imports nothing.
 */

/**
 * Who may call a command without being asked for permission.
 * - `person`: in a terminal of their own
 * - `orchestrator`: the main conversation of a Claude Code session
 * - `agent`: the agent of a task, for its own task
 * - `pane`: a button in Claude Code, which a person presses
 * - `swarm`: another `swarm` process
 */
export type Caller = 'person' | 'orchestrator' | 'agent' | 'pane' | 'swarm';

/**
 * What a command changes.
 * - `nothing`: it only reads (derived files may be refreshed)
 * - `task`: the progress or the report of one task
 * - `run`: it creates, executes, resumes or cancels a run, or can have that done
 * - `gate`: it decides about an irreversible command, which only a person may do
 * - `machine`: files outside of a run's directory
 */
export type Change = 'nothing' | 'task' | 'run' | 'gate' | 'machine';

/** What `--json` prints: one document, one object a line, or nothing because there is no answer. */
type JsonOutput = 'document' | 'lines' | 'none';

export interface SwarmCommand {
  name: string;
  /** The arguments, in the notation of the help: `<required>` and `[optional]`. */
  args: string;
  /** One sentence, shown in the list of commands. */
  summary: string;
  group: keyof typeof COMMAND_GROUPS;
  callers: readonly Caller[];
  changes: Change;
  /** Whether its output tells the orchestrator which agents to launch. */
  namesLaunches?: true;
  json: JsonOutput;
}

/** The headings of the list of commands, in order. */
export const COMMAND_GROUPS = {
  runs: 'Start and watch runs:',
  control: 'Control a run:',
  results: 'Read and bring home what a run made:',
  triggers: 'Start runs by time or by events:',
  setup: 'Set up and clean up:',
  agents: 'Called by agents:',
  internal: 'Called by swarm itself:',
} as const;

const ANYONE = ['person', 'orchestrator', 'agent'] as const;
const IN_SESSION = ['person', 'orchestrator'] as const;

export const COMMAND_TABLE = [
  {
    name: 'plan',
    args: '[file]',
    summary: 'Check a plan, create a run and print what to launch.',
    group: 'runs',
    callers: IN_SESSION,
    changes: 'run',
    namesLaunches: true,
    json: 'document',
  },
  {
    name: 'status',
    args: '[run]',
    summary: 'Show a run; on a terminal, live while it is working.',
    group: 'runs',
    callers: ANYONE,
    changes: 'nothing',
    json: 'document',
  },
  {
    name: 'watch',
    args: '[run]',
    summary: 'Watch a run until it ends, keeping its files up to date.',
    group: 'runs',
    callers: IN_SESSION,
    changes: 'nothing',
    json: 'lines',
  },
  {
    name: 'run',
    args: '<plan|run|->',
    summary: 'Execute a plan or resume a run, one Claude process per task.',
    group: 'runs',
    callers: ['person'],
    changes: 'run',
    json: 'lines',
  },
  {
    name: 'summary',
    args: '[run]',
    summary: 'Print the summary of a run.',
    group: 'runs',
    callers: ANYONE,
    changes: 'nothing',
    json: 'document',
  },
  {
    name: 'list',
    args: '',
    summary: "List this repository's runs and mark inactive ones.",
    group: 'runs',
    callers: ANYONE,
    changes: 'nothing',
    json: 'document',
  },
  {
    name: 'cancel',
    args: '[run[/task]]',
    summary: 'Cancel a run or one task, after asking. Agents stop at their next tool call.',
    group: 'control',
    callers: ['person', 'orchestrator', 'pane'],
    changes: 'run',
    json: 'document',
  },
  {
    name: 'retry',
    args: '<run[/task]>',
    summary: 'Allow one more attempt of failed or cancelled tasks.',
    group: 'control',
    callers: ['person', 'orchestrator', 'pane'],
    changes: 'run',
    namesLaunches: true,
    json: 'document',
  },
  {
    name: 'rerun',
    args: '<run/task>',
    summary: 'Do a task again that has ended, even if it completed.',
    group: 'control',
    callers: IN_SESSION,
    changes: 'run',
    namesLaunches: true,
    json: 'document',
  },
  {
    name: 'approve',
    args: '<run/task>',
    summary: 'Approve, once, the irreversible command a task is waiting on.',
    group: 'control',
    callers: ['person', 'pane'],
    changes: 'gate',
    json: 'document',
  },
  {
    name: 'deny',
    args: '<run/task>',
    summary: 'Deny the command a task is waiting on; the task fails.',
    group: 'control',
    callers: ['person', 'pane'],
    changes: 'gate',
    json: 'document',
  },
  {
    name: 'resume',
    args: '[run]',
    summary: 'Resume an interrupted run, or show what to launch next.',
    group: 'control',
    callers: IN_SESSION,
    changes: 'run',
    namesLaunches: true,
    json: 'document',
  },
  {
    name: 'merge',
    args: '[run]',
    summary: "Merge the branches of a run's tasks onto one branch.",
    group: 'results',
    callers: ['person'],
    changes: 'run',
    json: 'document',
  },
  {
    name: 'diff',
    args: '[target]',
    summary: 'Show what a run or one task changed.',
    group: 'results',
    callers: ANYONE,
    changes: 'nothing',
    json: 'document',
  },
  {
    name: 'show',
    args: '<run/task>',
    summary: 'Show a task: brief, attempts, evidence, checks and report.',
    group: 'results',
    callers: ANYONE,
    changes: 'nothing',
    json: 'document',
  },
  {
    name: 'logs',
    args: '<run/task>',
    summary: "Print what a task's agent said and did.",
    group: 'results',
    callers: IN_SESSION,
    changes: 'nothing',
    json: 'lines',
  },
  {
    name: 'rm',
    args: '<run>',
    summary: 'Remove the files of a run, after asking.',
    group: 'setup',
    callers: ['person'],
    changes: 'machine',
    json: 'document',
  },
  {
    name: 'install',
    args: '[dir]',
    summary: "Install the plugin into a repository's .claude directory.",
    group: 'setup',
    callers: ['person'],
    changes: 'machine',
    json: 'document',
  },
  {
    name: 'uninstall',
    args: '[dir]',
    summary: 'Remove what `swarm install` added.',
    group: 'setup',
    callers: ['person'],
    changes: 'machine',
    json: 'document',
  },
  {
    name: 'init',
    args: '',
    summary: 'Write a configuration and an example of a plan.',
    group: 'setup',
    callers: ['person'],
    changes: 'machine',
    json: 'document',
  },
  {
    name: 'completion',
    args: '<shell>',
    summary: 'Print the completion script for bash, zsh or fish.',
    group: 'setup',
    callers: ['person'],
    changes: 'nothing',
    json: 'none',
  },
  {
    name: 'doctor',
    args: '',
    summary: 'Check this machine, the installation and the project.',
    group: 'setup',
    callers: IN_SESSION,
    changes: 'nothing',
    json: 'document',
  },
  {
    name: 'prune',
    args: '',
    summary: 'Remove merged git worktrees, and keys of deleted runs.',
    group: 'setup',
    callers: ['person'],
    changes: 'machine',
    json: 'document',
  },
  {
    name: 'mcp',
    args: '',
    summary: 'Serve runs to MCP clients, over stdin and stdout or HTTP.',
    group: 'setup',
    callers: ['person'],
    changes: 'run',
    json: 'document',
  },
  {
    name: 'serve',
    args: '',
    summary: 'Serve a live page, an API, events and MCP for runs.',
    group: 'setup',
    callers: ['person'],
    changes: 'run',
    json: 'document',
  },
  {
    name: 'schedule',
    args: '<action> [name]',
    summary: 'List, trigger, pause and backfill schedules, and show their history.',
    group: 'triggers',
    callers: ['person'],
    changes: 'machine',
    json: 'document',
  },
  {
    name: 'webhook',
    args: '<action> [name]',
    summary: 'List and test webhooks, and show and replay their deliveries.',
    group: 'triggers',
    callers: ['person'],
    changes: 'machine',
    json: 'document',
  },
  {
    name: 'help',
    args: '[command]',
    summary: 'Show the help of a command.',
    group: 'setup',
    callers: IN_SESSION,
    changes: 'nothing',
    json: 'none',
  },
  {
    name: 'checkpoint',
    args: '<run/task> <percent> <message>',
    summary: "Record a task's progress (called by its agent).",
    group: 'agents',
    callers: ANYONE,
    changes: 'task',
    json: 'document',
  },
  {
    name: 'result',
    args: '<run/task> [source]',
    summary: "Store a task's full report (called by its agent).",
    group: 'agents',
    callers: ANYONE,
    changes: 'task',
    json: 'document',
  },
  {
    name: 'verify',
    args: '<run> <attempt> <parent>',
    summary: 'Run the checks of an attempt, for the hook that holds its end.',
    group: 'internal',
    callers: ['swarm'],
    changes: 'run',
    json: 'none',
  },
  {
    name: 'measure',
    args: '<measurement>',
    summary: "Record what Claude Code knows of costs and limits, for the plugin's module.",
    group: 'internal',
    callers: ['swarm'],
    changes: 'run',
    json: 'none',
  },
  {
    name: 'guard',
    args: '<run> <supervisor>',
    summary: 'End the workers of a supervisor that no longer exists.',
    group: 'internal',
    callers: ['swarm'],
    changes: 'run',
    json: 'none',
  },
] as const satisfies readonly SwarmCommand[];

type Row = (typeof COMMAND_TABLE)[number];

export type CommandName = Row['name'];

/** The commands that a caller may call, as a type: `CommandOf<'pane'>`. */
export type CommandOf<Who extends Caller> = {
  [Each in Row as Each['name']]: Who extends Each['callers'][number] ? Each['name'] : never;
}[CommandName];

/** The names of the commands that a caller may call without being asked for permission. */
export function commandsOf(caller: Caller): ReadonlySet<string> {
  return namesWhere(({ callers }) => callers.includes(caller));
}

/** The names of the commands that make a change of this kind. */
export function commandsChanging(change: Change): ReadonlySet<string> {
  return namesWhere(({ changes }) => changes === change);
}

/** The names of the commands after which the orchestrator launches agents. */
export function commandsNamingLaunches(): ReadonlySet<string> {
  return namesWhere(({ namesLaunches }) => namesLaunches === true);
}

function namesWhere(holds: (command: SwarmCommand) => boolean): ReadonlySet<string> {
  const rows: readonly SwarmCommand[] = COMMAND_TABLE;
  return new Set(rows.filter(holds).map(({ name }) => name));
}
