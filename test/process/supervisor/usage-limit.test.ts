import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRun } from '../../../src/operations/plans/create-run.ts';
import { parsePlan } from '../../../src/plan/parse-plan.ts';
import { identifyProcess } from '../../../src/platform/process/process-identity.ts';
import { toStatusDocument } from '../../../src/run/status-document.ts';
import { loadRun, type RunHandle } from '../../../src/store/run-handle.ts';
import { executeRun } from '../../../src/supervisor/execute-run.ts';
import { fakeClient, writeFake } from '../../support/fake-client.ts';
import { makeHost } from '../../support/host.ts';
import { makePlan } from '../../support/swarm-session.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';
import { waitUntil } from '../../support/wait-until.ts';

/** A usage limit in the middle of eight tasks, whose reset is two minutes away on a clock of ours. */

const RESET_MS = 120_000;
const TASKS = ['t1', 't2', 't3', 't4', 't5', 't6', 't7', 't8'];

/** The third task hits the limit at its first attempt. */
const CLIENT = fakeClient({
  default: 'report(task);',
  t3: `if (attempt() > 1) return report(task);
    const resetsAt = Math.floor(Date.now() / 1000) + ${RESET_MS / 1_000};
    say({ type: 'rate_limit_event', rate_limit_info: { status: 'rejected', resetsAt } });
    say({ type: 'result', subtype: 'success', is_error: true, result: "You've hit your 5-hour limit" });
    process.exitCode = 1;`,
});

let repo: TempDir;
let home: TempDir;
/** How far the clock of the supervisor is ahead; milliseconds. */
let ahead = 0;

beforeEach(async () => {
  repo = await makeTempDir();
  home = await makeTempDir();
  ahead = 0;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true });
});

afterEach(async () => {
  vi.useRealTimers();
  await repo.remove();
  await home.remove();
});

const host = () => makeHost(repo.path, { now: () => new Date(Date.now() + ahead).toISOString() });

function create(wait: string | null): RunHandle {
  mkdirSync(join(repo.path, '.claude'));
  const config = { maxParallel: 2, usageLimit: { wait } };
  writeFileSync(join(repo.path, '.claude', 'swarm-parallel.json'), JSON.stringify(config));
  const source = makePlan(TASKS.map((id) => ({ id })));
  const { plan } = parsePlan(source);
  if (!plan) throw new Error('the plan is invalid');
  return createRun(host(), plan, source);
}

function execute(run: RunHandle) {
  const never = new AbortController().signal;
  return executeRun(loadRun(run.paths), {
    host: host(),
    flags: {},
    process: identifyProcess(process.pid),
    client: writeFake(home.path, CLIENT),
    checkout: null,
    pluginDir: null,
    hookScript: null,
    env: { ...process.env, HOME: home.path },
    newId: randomUUID,
    openQueue: () => Promise.reject(new Error('no queue is used here')),
    readAgent: (agent) => agent,
    readSettings: () => ({ model: null, permissions: null }),
    onNote: () => {},
    startGuard: () => async () => {},
    onChange: () => {},
    interrupt: never,
    kill: never,
  });
}

const statusOf = ({ paths }: RunHandle) => toStatusDocument(loadRun(paths).state);

/** How often each task was launched, and how many limits were recorded. */
function launchesOf({ paths }: RunHandle): Record<string, number> {
  const { tasks } = loadRun(paths).state;
  return Object.fromEntries([...tasks].map(([id, { attempts }]) => [id, attempts.length]));
}

const ONCE = Object.fromEntries(TASKS.map((id) => [id, 1]));

/** Waits until the limit has come and nothing is running. */
async function untilPaused(run: RunHandle): Promise<void> {
  await waitUntil(() => {
    const { pausedUntil, counts } = statusOf(run);
    return pausedUntil !== null && counts.working === 0;
  });
}

function expectPaused(run: RunHandle): void {
  const { tasks, counts } = statusOf(run);
  expect(tasks[2]).toMatchObject({ status: 'pending', attempts: 1 });
  expect(counts.failed).toBe(0);
  // Those that ran beside it have ended; nothing was launched after it.
  expect(counts.completed).toBeLessThanOrEqual(4);
  expect(counts.pending).toBeGreaterThanOrEqual(4);
}

test('ends the run, which a later start completes, with no attempt spent', async () => {
  const run = create(null);

  expect(await execute(run)).toBe('limited');
  expectPaused(run);
  const before = launchesOf(run);
  // Too early: nothing is launched.
  ahead = RESET_MS / 2;
  expect(await execute(run)).toBe('limited');
  expect(launchesOf(run)).toEqual(before);

  ahead = RESET_MS + 1_000;
  expect(await execute(run)).toBe('ended');
  expect(statusOf(run).status).toBe('completed');
  expect(launchesOf(run)).toEqual({ ...ONCE, t3: 2 });
});

test.each([
  ['passes', RESET_MS + 1_000, RESET_MS + 1_000],
  // The timer sleeps a minute at most, so that it notices.
  ['jumps across it', RESET_MS + 3_600_000, 60_000],
])(
  'waits for the reset where that is wanted, and resumes once when the clock %s',
  async (_, jump, timers) => {
    const run = create('10m');
    const ended = execute(run);
    await untilPaused(run);
    expectPaused(run);
    const before = launchesOf(run);
    vi.advanceTimersByTime(60_000);
    expect(launchesOf(run)).toEqual(before);

    ahead = jump;
    vi.advanceTimersByTime(timers);

    expect(await ended).toBe('ended');
    expect(statusOf(run).status).toBe('completed');
    expect(launchesOf(run)).toEqual({ ...ONCE, t3: 2 });
  },
);

test('does not wait for a reset that is further away than wanted', async () => {
  const run = create('1m');

  expect(await execute(run)).toBe('limited');
  expectPaused(run);
});
