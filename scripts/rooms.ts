/**
 * The rooms of `src/`, from the surfaces down to the kernel, each with the rooms that it may import.
 * `npx pnpm@12 rooms` writes biome's rules from this table. A folder of `src/` without a row here, and
 * a row without a folder, fail `test/unit/rooms.test.ts`.
 */
const KERNEL = ['ledger', 'config', 'plan', 'platform', 'errors', 'text'];
const MODEL = ['run', 'claude', 'command-policy', ...KERNEL];
const CORE = ['operations', 'store', 'view', ...MODEL];

export const ROOMS: Readonly<Record<string, readonly string[]>> = {
  entries: ['cli', 'mcp', 'doctor', 'supervisor', 'install', 'hooks', 'worktrees', 'notify', ...CORE],
  cli: ['mcp', 'doctor', 'supervisor', 'install', 'worktrees', 'notify', ...CORE],
  // A server starts `swarm run` as a process of its own.
  mcp: ['supervisor', ...CORE],
  doctor: ['install', 'worktrees', ...CORE],
  supervisor: ['worktrees', 'notify', ...CORE],
  install: MODEL,
  hooks: ['notify', ...CORE],
  worktrees: CORE,
  notify: CORE,
  operations: CORE.filter((room) => room !== 'operations'),
  // Whoever changes a run writes its projections, whose words are in `view`.
  store: ['view', ...MODEL],
  view: MODEL,
  run: ['command-policy', ...KERNEL],
  claude: KERNEL,
  ledger: ['config', 'plan', 'platform', 'errors', 'text'],
  config: ['plan', 'platform', 'errors', 'text'],
  plan: ['platform', 'errors', 'text'],
  platform: ['errors', 'text'],
  errors: ['text'],
  text: [],
  'command-policy': ['text'],
};

/** Rooms that may touch the file system and start processes; the others get them handed in. */
export const IO_ROOMS: readonly string[] = [
  ...['platform', 'store', 'ledger', 'config', 'operations', 'worktrees', 'supervisor', 'install'],
  ...['doctor', 'hooks', 'notify', 'mcp', 'cli', 'entries', 'claude'],
];
