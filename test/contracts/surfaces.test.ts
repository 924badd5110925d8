import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_WORKER_OPTIONS } from '../../src/claude/command-line.ts';
import type { LedgerEvent } from '../../src/ledger/events.ts';
import { CONFIRMED } from '../../src/mcp/elicitation-forms.ts';
import { toStatusDocument } from '../../src/run/status-document.ts';
import { loadRun } from '../../src/store/run-handle.ts';
import { runPaths } from '../../src/store/run-paths.ts';
import { callCli } from '../support/cli-context.ts';
import { hostAt, inSession } from '../support/host.ts';
import { makeHubApp } from '../support/hub-app.ts';
import { callTool, mcpContext, textOf } from '../support/mcp-tools.ts';
import {
  at,
  checkpoint,
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
} from '../support/run-events.ts';
import { storeRun } from '../support/stored-run.ts';
import { makeTempDir, type TempDir } from '../support/temp-dir.ts';

/**
 * Every surface answers the same data for the same situation and leaves the run in the same state.
 * A surface that is added gets an implementation of {@link Surface} and runs the same situations.
 */
interface Surface {
  call(root: string, operation: Operation): Promise<Answer>;
}

interface Operation {
  name: 'cancel' | 'retry' | 'approve' | 'deny' | 'resume';
  task?: string;
}

/** The data, or the error without what this surface's reader can do about it. */
type Answer = { data: Record<string, unknown> } | { error: string };

const NOW = at(60_000);
/** Recorded processes are dead, so that an interrupted run is found to be one. */
const HOST = { isAlive: () => false };
const SESSION = 'session-2';

const commandLine: Surface = {
  async call(root, { name, task }) {
    const target = task === undefined ? RUN : `${RUN}/${task}`;
    // In a session, so that a headless run is described and not executed here.
    const host = hostAt(root, NOW, { ...HOST, ...inSession(SESSION) });
    const answer = await callCli([name, target, '--json'], {
      cwd: root,
      session: SESSION,
      host: () => Promise.resolve(host),
    });
    if (answer.exitCode !== 0) return { error: withoutHint(answer.stderr) };
    return { data: comparable(root, JSON.parse(answer.stdout)) };
  },
};

const mcp: Surface = {
  async call(root, { name, task }) {
    const context = mcpContext(root, { ...HOST, now: () => NOW });
    const tool = name === 'approve' || name === 'deny' ? 'swarm_answer' : `swarm_${name}`;
    const args = { run: RUN, ...(task === undefined ? {} : { task }) };
    const accepts = (decision: string) => ({ action: 'accept' as const, content: { decision } });
    const answer = await callTool(context, tool, args, {
      inputResponses: { toolu_gate: accepts(name), [`cancel-${RUN}`]: accepts(CONFIRMED) },
    });
    if (answer.isError) return { error: withoutHint(textOf(answer).split('\n')[0] ?? '') };
    return { data: comparable(root, answer.structuredContent ?? {}) };
  },
};

const hub: Surface = {
  async call(root, { name, task }) {
    await using app = await makeHubApp([root], { ...HOST, now: () => NOW });
    const target = task === undefined ? RUN : `${RUN}/tasks/${task}`;
    const { status, body } = await app.call(`/api/v1/runs/${target}/${name}`, { method: 'POST' });
    if (status === 200) return { data: comparable(root, body) };
    return { error: withoutHint((body as { error: { message: string } }).error.message) };
  },
};

/** The words for a model, what only a session launches, and the directory are a surface's own. */
function comparable(root: string, document: Record<string, unknown>): Record<string, unknown> {
  const { message: _, decision: __, launch: ___, ...data } = document;
  return JSON.parse(JSON.stringify(data).replaceAll(root, '<root>'));
}

const withoutHint = (message: string) => message.split('; ')[0] ?? '';

const fails = (task: string): LedgerEvent[] => [
  launched(task),
  started(task),
  ended(task, { outcome: 'failed', category: 'fatal', message: 'HTTP 400' }),
];
const atGate = (task: string): LedgerEvent[] => [
  launched(task),
  started(task),
  gateAsked(task, { gate: 'toolu_gate', command: 'git push --force', directory: 'packages/a' }),
  ended(task),
];
const supervised: LedgerEvent = {
  event: 'supervisor.started',
  at: at(1),
  supervisor: 's1',
  process: { pid: 2 ** 22 - 1, startedAt: '1' },
  replaces: null,
  maxParallel: 1,
  options: DEFAULT_WORKER_OPTIONS,
};
const plan = (...tasks: Parameters<typeof opened>[0]) => opened(tasks, { policy: NO_RETRY });
const chain = () => plan(makeTask('a'), makeTask('b', { needs: ['a'] }), makeTask('c'));

const SURFACES = [commandLine, mcp, hub];

/** What happens, to which run, and the outcome: a word of the answer, or a part of the error. */
type Situation = [
  string,
  Operation,
  LedgerEvent[],
  { outcome?: string; error?: string; status?: string },
];

const SITUATIONS: Situation[] = [
  [
    'cancel a run in work',
    { name: 'cancel' },
    [chain(), launched('a'), started('a')],
    { outcome: 'cancelled' },
  ],
  [
    'cancel a task',
    { name: 'cancel', task: 'c' },
    [chain(), launched('a'), started('a')],
    { outcome: 'cancelled' },
  ],
  [
    'cancel an ended run',
    { name: 'cancel' },
    [plan('a'), ...completes('a')],
    { outcome: 'nothing_to_cancel' },
  ],
  [
    'cancel an ended task',
    { name: 'cancel', task: 'a' },
    [chain(), ...completes('a')],
    { outcome: 'nothing_to_cancel' },
  ],
  [
    'cancel a task that is not in the plan',
    { name: 'cancel', task: 'other' },
    [chain()],
    { error: 'has no task' },
  ],
  [
    'retry a failed run',
    { name: 'retry' },
    [chain(), ...fails('a'), ...completes('c')],
    { outcome: 'allowed' },
  ],
  [
    'retry a failed task',
    { name: 'retry', task: 'a' },
    [chain(), ...fails('a')],
    { outcome: 'allowed' },
  ],
  [
    'retry a task that failed only by its need',
    { name: 'retry', task: 'b' },
    [chain(), ...fails('a')],
    { error: 'needs a' },
  ],
  [
    'retry a cancelled task whose need was cancelled too',
    { name: 'retry', task: 'b' },
    [chain(), { event: 'cancel.requested', at: at(3), task: null }],
    { outcome: 'blocked' },
  ],
  [
    'retry a task that has not started',
    { name: 'retry', task: 'c' },
    [chain()],
    { outcome: 'not_started' },
  ],
  [
    'retry a completed task',
    { name: 'retry', task: 'a' },
    [chain(), ...completes('a')],
    { error: 'completed' },
  ],
  [
    'retry a task at a gate',
    { name: 'retry', task: 'a' },
    [chain(), ...atGate('a')],
    { error: 'waiting for approval' },
  ],
  [
    'retry a run in which nothing failed',
    { name: 'retry' },
    [plan('a'), ...completes('a')],
    { outcome: 'nothing_to_retry' },
  ],
  [
    'retry a run whose command was denied',
    { name: 'retry' },
    [
      chain(),
      ...atGate('a'),
      gateDecided('a', 'denied', { gate: 'toolu_gate' }),
      ...completes('c'),
    ],
    { outcome: 'nothing_to_retry' },
  ],
  [
    'approve a command',
    { name: 'approve', task: 'a' },
    [chain(), ...atGate('a')],
    { outcome: 'approved' },
  ],
  ['deny a command', { name: 'deny', task: 'a' }, [chain(), ...atGate('a')], { outcome: 'denied' }],
  [
    'resume a run of a session',
    { name: 'resume' },
    [
      chain(),
      ...completes('a'),
      launched('c'),
      started('c'),
      checkpoint('c', 40),
      sessionEnded({ at: at(99) }),
    ],
    { status: 'working' },
  ],
  [
    'resume a headless run',
    { name: 'resume' },
    [chain(), supervised, ...completes('a')],
    { status: 'working' },
  ],
  [
    'resume an ended run',
    { name: 'resume' },
    [plan('a'), ...completes('a')],
    { status: 'completed' },
  ],
];

let dirs: TempDir[];

beforeEach(async () => {
  dirs = await Promise.all(SURFACES.map(() => makeTempDir()));
});
afterEach(() => Promise.all(dirs.map((dir) => dir.remove())));

describe('the command line, the MCP server and the hub', () => {
  it.each(SITUATIONS)(
    'give equal data and leave equal runs: %s',
    async (_, operation, events, expected) => {
      const outcomes = [];
      for (const [index, surface] of SURFACES.entries()) {
        const root = dirs[index]?.path ?? '';
        storeRun(root, events);
        const answer = await surface.call(root, operation);
        const status = toStatusDocument(loadRun(runPaths(root, RUN)).state);
        outcomes.push({ answer, status });
      }
      const [byCommandLine, byMcp, byHub] = outcomes;
      expect(byMcp).toEqual(byCommandLine);
      expect(byHub).toEqual(byCommandLine);
      const { error, ...data } = expected;
      expect(byCommandLine?.answer).toMatchObject(
        error === undefined ? { data } : { error: expect.stringContaining(error) },
      );
    },
  );
});
