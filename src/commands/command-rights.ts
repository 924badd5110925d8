/**
 * Every command of `swarm`, who may call it and what it changes. A new command begins here; the
 * compiler then asks for its words in `command-table.ts`. The permission hook and the command policy
 * load this at each Bash call, so it is data alone and imports nothing.
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

export interface CommandRights {
  name: string;
  callers: readonly Caller[];
  changes: Change;
  /** Whether its output tells the orchestrator which agents to launch. */
  namesLaunches?: true;
}

const ANYONE = ['person', 'orchestrator', 'agent'] as const;
const IN_SESSION = ['person', 'orchestrator'] as const;

export const COMMAND_RIGHTS = [
  {
    name: 'plan',
    callers: IN_SESSION,
    changes: 'run',
    namesLaunches: true,
  },
  {
    name: 'status',
    callers: ANYONE,
    changes: 'nothing',
  },
  {
    name: 'watch',
    callers: IN_SESSION,
    changes: 'nothing',
  },
  {
    name: 'run',
    callers: ['person'],
    changes: 'run',
  },
  {
    name: 'summary',
    callers: ANYONE,
    changes: 'nothing',
  },
  {
    name: 'list',
    callers: ANYONE,
    changes: 'nothing',
  },
  {
    name: 'cancel',
    callers: ['person', 'orchestrator', 'pane'],
    changes: 'run',
  },
  {
    name: 'retry',
    callers: ['person', 'orchestrator', 'pane'],
    changes: 'run',
    namesLaunches: true,
  },
  {
    name: 'rerun',
    callers: IN_SESSION,
    changes: 'run',
    namesLaunches: true,
  },
  {
    name: 'approve',
    callers: ['person', 'pane'],
    changes: 'gate',
  },
  {
    name: 'deny',
    callers: ['person', 'pane'],
    changes: 'gate',
  },
  {
    name: 'resume',
    callers: IN_SESSION,
    changes: 'run',
    namesLaunches: true,
  },
  {
    name: 'merge',
    callers: ['person'],
    changes: 'run',
  },
  {
    name: 'diff',
    callers: ANYONE,
    changes: 'nothing',
  },
  {
    name: 'restore',
    callers: ['person'],
    changes: 'machine',
  },
  {
    name: 'show',
    callers: ANYONE,
    changes: 'nothing',
  },
  {
    name: 'logs',
    callers: IN_SESSION,
    changes: 'nothing',
  },
  {
    name: 'rm',
    callers: ['person'],
    changes: 'machine',
  },
  {
    name: 'install',
    callers: ['person'],
    changes: 'machine',
  },
  {
    name: 'uninstall',
    callers: ['person'],
    changes: 'machine',
  },
  {
    name: 'init',
    callers: ['person'],
    changes: 'machine',
  },
  {
    name: 'completion',
    callers: ['person'],
    changes: 'nothing',
  },
  {
    name: 'doctor',
    callers: IN_SESSION,
    changes: 'nothing',
  },
  {
    name: 'prune',
    callers: ['person'],
    changes: 'machine',
  },
  {
    name: 'mcp',
    callers: ['person'],
    changes: 'run',
  },
  {
    name: 'serve',
    callers: ['person'],
    changes: 'run',
  },
  {
    name: 'worker',
    callers: ['person'],
    changes: 'run',
  },
  {
    name: 'queue',
    callers: ['person'],
    changes: 'machine',
  },
  {
    name: 'schedule',
    callers: ['person'],
    changes: 'machine',
  },
  {
    name: 'webhook',
    callers: ['person'],
    changes: 'machine',
  },
  {
    name: 'help',
    callers: IN_SESSION,
    changes: 'nothing',
  },
  {
    name: 'checkpoint',
    callers: ANYONE,
    changes: 'task',
  },
  {
    name: 'result',
    callers: ANYONE,
    changes: 'task',
  },
  {
    name: 'verify',
    callers: ['swarm'],
    changes: 'run',
  },
  {
    name: 'measure',
    callers: ['swarm'],
    changes: 'run',
  },
  {
    name: 'guard',
    callers: ['swarm'],
    changes: 'run',
  },
  {
    name: 'worker-guard',
    callers: ['swarm'],
    changes: 'run',
  },
] as const satisfies readonly CommandRights[];

type Row = (typeof COMMAND_RIGHTS)[number];

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

function namesWhere(holds: (command: CommandRights) => boolean): ReadonlySet<string> {
  const rows: readonly CommandRights[] = COMMAND_RIGHTS;
  return new Set(rows.filter(holds).map(({ name }) => name));
}
