/**
 * The rooms of `src/`, from the surfaces down to the kernel, each with the rooms that it may import.
 * `npx pnpm@12 rooms` writes biome's rules from it.
 */

const KERNEL = ['ledger', 'config', 'plan', 'commands', 'platform', 'errors', 'text'];
const MODEL = ['run', 'claude', 'command-policy', ...KERNEL];
const CORE = ['store', 'view', ...MODEL];
const APPLICATION = ['operations', ...CORE];

export const ROOMS: Readonly<Record<string, readonly string[]>> = {
  // Entries connect everything.
  entries: [
    ...['cli', 'mcp', 'doctor', 'hub', 'web', 'queue', 'supervisor', 'install', 'hooks', 'proof'],
    ...['worktrees', 'notify', ...APPLICATION],
  ],
  // The command line loads the hub from its own bundle; the entry hands it in.
  cli: ['doctor', 'supervisor', 'install', 'proof', 'worktrees', 'notify', ...APPLICATION],
  // The server starts `swarm run` as a process of its own.
  mcp: ['supervisor', ...APPLICATION],
  doctor: ['hub', 'install', 'worktrees', ...APPLICATION],
  // The hub starts `swarm run` as processes of their own.
  hub: ['web', 'supervisor', 'notify', ...APPLICATION],
  // Other machines execute what a supervisor hands in, with its own code.
  queue: ['supervisor', 'worktrees', ...APPLICATION],
  // Pages, drawn on the server and in the browser.
  web: ['view', ...MODEL],
  supervisor: ['proof', 'worktrees', 'notify', ...APPLICATION],
  install: MODEL,
  hooks: ['notify', 'proof', ...APPLICATION],
  // Checks are processes outside of Claude Code.
  proof: APPLICATION,
  worktrees: APPLICATION,
  notify: APPLICATION,
  operations: CORE,
  // A commit writes the projections, whose words are in `view`.
  store: ['view', ...MODEL],
  view: MODEL,
  run: KERNEL,
  claude: KERNEL,
  ledger: ['config', 'plan', 'platform', 'errors', 'text'],
  config: ['plan', 'platform', 'errors', 'text'],
  plan: ['platform', 'errors', 'text'],
  // The table of commands is data alone.
  commands: [],
  platform: ['errors', 'text'],
  errors: ['text'],
  text: [],
  'command-policy': ['text'],
};

/** Rooms that decide or word and do nothing else: no file, no process. */
export const PURE_ROOMS = [
  ...['view', 'run', 'claude', 'plan', 'commands', 'errors', 'text', 'command-policy'],
];

/** Tables of rules and schemas, which may have any length. */
export const LONG_FILES = [
  'src/command-policy/rules/**',
  'src/commands/**',
  'src/ledger/events.ts',
];
