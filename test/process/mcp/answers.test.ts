import { mkdirSync } from 'node:fs';
import type { ClientCapabilities } from '@modelcontextprotocol/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_WORKER_OPTIONS } from '../../../src/claude/command-line.ts';
import { COMMAND_TABLE } from '../../../src/commands/command-table.ts';
import type { Hint } from '../../../src/errors/swarm-error.ts';
import { SwarmError } from '../../../src/errors/swarm-error.ts';
import type { LedgerEvent } from '../../../src/ledger/events.ts';
import { RunLookup } from '../../../src/mcp/run-lookup.ts';
import type { ServerContext } from '../../../src/mcp/server-context.ts';
import { runTasks } from '../../../src/mcp/tasks/run-tasks.ts';
import { runTools } from '../../../src/mcp/tools/run-tools.ts';
import { describeError } from '../../../src/mcp/words/describe-error.ts';
import { outOfBudget } from '../../../src/run/budget.ts';
import { findClaude } from '../../../src/supervisor/find-claude.ts';
import { callTool, mcpContext, textOf } from '../../support/mcp-tools.ts';
import {
  at,
  completes,
  ended,
  gateAsked,
  gateDecided,
  launched,
  makeTask,
  NO_RETRY,
  opened,
  RUN,
  sessionEnded,
  started,
} from '../../support/run-events.ts';
import { storeRun } from '../../support/stored-run.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

const COMMANDS = COMMAND_TABLE.map(({ name }) => name).join('|');

/** Things that an MCP client may lack: Claude Code tools, slash commands, the command line. */
const FOREIGN = [
  /\b(?:TaskStop|SendMessage|ToolSearch|AskUserQuestion)\b/,
  /\b(?:Agent|Task|Bash)\(/,
  /(?<!\w)\/swarm-(?:parallel|status|cancel|resume)\b/,
  new RegExp(String.raw`\bswarm (?:${COMMANDS})\b`),
  /(?:^|[\s`"(])--[a-z]/m,
];

let dir: TempDir;

function expectOwnWords(text: string): void {
  // The name of a temporary directory could match by chance.
  const words = text.replaceAll(dir.path, '');
  for (const pattern of FOREIGN) expect(words).not.toMatch(pattern);
}

let context: ServerContext;

beforeEach(async () => {
  dir = await makeTempDir();
  context = mcpContext(dir.path, { isAlive: () => false, now: () => at(600_000) });
});
afterEach(() => dir.remove());

const CAPABILITIES: [string, ClientCapabilities][] = [
  ['can ask the person', { elicitation: { form: {} } }],
  ['cannot ask the person', {}],
];

const plan = () =>
  opened([makeTask('a'), makeTask('b', { needs: ['a'] }), makeTask('c')], { policy: NO_RETRY });
const supervised: LedgerEvent = {
  event: 'supervisor.started',
  at: at(1),
  supervisor: 's1',
  process: { pid: 2 ** 22 - 1, startedAt: '1' },
  replaces: null,
  maxParallel: 1,
  options: DEFAULT_WORKER_OPTIONS,
};
const atGate = [launched('a'), started('a'), gateAsked('a', { gate: 'g' }), ended('a')];
const { category, message } = outOfBudget({ unit: 'usd', budget: 5 });

const STATES: [string, LedgerEvent[]][] = [
  ['has not started', [plan()]],
  ['is working', [plan(), launched('a'), started('a')]],
  ['has no supervisor', [plan(), supervised]],
  ['is interrupted', [plan(), launched('a'), started('a'), sessionEnded()]],
  ['is at a gate', [plan(), supervised, ...atGate]],
  ['is at a gate of its session', [plan(), launched('a'), gateAsked('a', { where: 'session' })]],
  ['was denied', [plan(), ...atGate, gateDecided('a', 'denied', { gate: 'g' }), ...completes('c')]],
  [
    'is out of budget',
    [
      plan(),
      supervised,
      launched('a'),
      started('a'),
      ended('a', { outcome: 'failed', category, message }),
    ],
  ],
  [
    'left a branch',
    [
      plan(),
      ...completes('a'),
      {
        event: 'worktree.added',
        at: at(2),
        task: 'a',
        branch: `swarm/${RUN}/a`,
        base: '0'.repeat(40),
      },
      {
        event: 'worktree.measured',
        at: at(3),
        task: 'a',
        files: 1,
        insertions: 1,
        deletions: 0,
        isCommitted: true,
      },
    ],
  ],
  ['is cancelled', [plan(), { event: 'cancel.requested', at: at(2), task: null }]],
  ['is completed', [opened(['a', 'b', 'c']), ...['a', 'b', 'c'].flatMap(completes)]],
];

/** Every tool with every kind of target that its schema accepts. */
const CALLS: [string, object][] = [
  ['swarm_status', {}],
  ['swarm_status', { run: RUN }],
  ['swarm_result', { run: RUN }],
  ['swarm_result', { run: RUN, maxChars: 200 }],
  ['swarm_list', {}],
  ...['a', 'b', 'c', 'other'].flatMap((task): [string, object][] => [
    ['swarm_result', { run: RUN, task }],
    ['swarm_retry', { run: RUN, task }],
    ['swarm_cancel', { run: RUN, task }],
    ['swarm_answer', { run: RUN, task }],
  ]),
  ['swarm_retry', { run: RUN }],
  ['swarm_resume', { run: RUN }],
  ['swarm_cancel', { run: RUN }],
];

describe.each(CAPABILITIES)('for a client that %s', (_, capabilities) => {
  it.each(STATES)('tools name only what it has when the run %s', async (__, events) => {
    for (const [name, args] of CALLS) {
      storeRun(dir.path, events);
      const answer = await callTool(context, name, args, { capabilities });
      expectOwnWords(textOf(answer));
    }
  });

  it.each(STATES)('the MCP task names only what it has when the run %s', async (__, events) => {
    storeRun(dir.path, events);
    const tasks = runTasks(new RunLookup(context), context);
    const { inputRequests: ___, ...task } = {
      inputRequests: null,
      ...(await tasks.get(RUN, capabilities)),
    };
    expectOwnWords(JSON.stringify(task));
  });
});

describe('an error', () => {
  const bad: [string, string, object][] = [
    ['no run', 'swarm_status', {}],
    ['a run that does not exist', 'swarm_status', { run: RUN }],
    ['a name that is none', 'swarm_cancel', { run: 'newest' }],
    ['an unknown argument', 'swarm_list', { all: true }],
    ['neither a plan nor tasks', 'swarm_start', {}],
    ['an invalid plan', 'swarm_start', { plan: 'goal: none' }],
    ['a task that needs another', 'swarm_start', { goal: 'x', tasks: [task('a', ['b'])] }],
  ];

  it.each(bad)('about %s names only tools of the server', async (_, name, args) => {
    const answer = await callTool(context, name, args);
    expect(answer.isError).toBe(true);
    expectOwnWords(textOf(answer));
  });

  it('about a key that another plan used does so, too', async () => {
    const start = (id: string) =>
      callTool(context, 'swarm_start', { goal: 'x', tasks: [task(id)], key: 'k' });
    expect((await start('a')).isError).toBeFalsy();
    const answer = await start('b');
    expect(answer.isError).toBe(true);
    expectOwnWords(textOf(answer));
  });

  it('about an invalid configuration does so, too', async () => {
    mkdirSync(`${dir.path}/.claude/swarm-parallel.json`, { recursive: true });
    const answer = await callTool(context, 'swarm_start', { goal: 'x', tasks: [task('a')] });
    expectOwnWords(textOf(answer));
  });

  it('about a missing client does so, too', async () => {
    const env = { PATH: dir.path, SWARM_CLAUDE_BIN: undefined };
    const findClient = () => findClaude({ cwd: dir.path, env });
    const answer = await callTool({ ...context, findClient }, 'swarm_start', {
      goal: 'x',
      tasks: [task('a')],
    });
    expect(answer.isError).toBe(true);
    expectOwnWords(textOf(answer));
  });

  const hints: Hint[] = [
    { code: 'create_run' },
    { code: 'list_runs' },
    { code: 'show_run', run: RUN },
    { code: 'decide_gate', task: `${RUN}/a` },
    { code: 'retry_task', task: `${RUN}/a` },
    { code: 'resume_run', run: RUN },
    { code: 'watch_or_cancel_run', run: RUN },
  ];
  const tools = () => runTools(new RunLookup(context), context).map(({ name }) => name);

  it.each(hints)('renders the hint $code with a tool of the server', (hint) => {
    const text = describeError(new SwarmError('no', 2, { hint }));
    expectOwnWords(text);
    const [named = ''] = /swarm_\w+/.exec(text) ?? [];
    expect(tools()).toContain(named);
  });
});

function task(id: string, needs: string[] = []) {
  return { id, title: `Do ${id} now`, brief: 'Do it.', needs };
}
