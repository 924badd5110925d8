import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { appendEvents } from '../src/ledger/ledger-file.ts';
import type { RunPaths } from '../src/store/run-paths.ts';
import { openPage, startBrowser } from '../test/support/browser.ts';
import { BEARER, HUB_TOKEN } from '../test/support/hub-process.ts';
import { PLUGIN } from './support/hook-process.ts';
import {
  type Benchmark,
  compareWith,
  interleave,
  percentile,
  type Row,
  timesRow,
} from './support/measure.ts';
import { readUse } from './support/process-use.ts';
import {
  makeCheckout,
  makeRun,
  makeScratch,
  type Scratch,
  startTasks,
  taskName,
} from './support/sample-run.ts';

const RUNS = 1_000;
/** Tasks of the run on the page. */
const TASKS = 500;
const MAX_RATIO = 8;
const MAX_LIST_MS = 100;
const MAX_PAINT_MS = 150;
const MAX_MB = 250;
const SETTLE_MS = 60_000;

/** The hub: start, the list of very many runs, an event to the page's paint, memory, and idling. */
export const hubBenchmark: Benchmark = {
  name: 'hub',
  title: 'The hub',
  async run(isQuick) {
    using scratch = makeScratch();
    const root = makeCheckout(scratch, 'checkout');
    for (let index = 0; index < RUNS; index++) makeRun(root, 8);
    const starts = await interleave(
      {
        bare: () => time(() => ended(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }))),
        hub: () => timeStart(root, scratch),
      },
      isQuick ? 5 : 20,
    );
    const watched = makeRun(root, TASKS);
    startTasks(watched, 0, 10);
    const { hub, url } = await startHub(root, scratch);
    try {
      return [
        compareWith(starts.bare, '`node -e 0`', starts.bare),
        compareWith(starts.bare, 'start, to its address', starts.hub, MAX_RATIO),
        await measureList(url, isQuick ? 10 : 50),
        await measurePaint(url, watched, isQuick ? 10 : 40),
        ...(await lookAtRest(hub, isQuick ? 5 : 30)),
      ];
    } finally {
      hub.kill();
      await ended(hub);
    }
  },
};

async function time(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function ended(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => child.once('exit', resolve));
}

async function startHub(cwd: string, scratch: Scratch) {
  const state = join(scratch.path, 'state');
  const hub = spawn(
    process.execPath,
    [join(PLUGIN, 'bin', 'swarm'), 'serve', '--port', '0', '--json'],
    {
      cwd,
      env: { ...process.env, XDG_STATE_HOME: state, SWARM_HUB_TOKEN: HUB_TOKEN },
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  const line = await new Promise<string>((resolve) => hub.stdout.once('data', resolve));
  return { hub, url: JSON.parse(String(line)).url as string };
}

async function timeStart(root: string, scratch: Scratch): Promise<number> {
  const start = performance.now();
  const { hub } = await startHub(root, scratch);
  const took = performance.now() - start;
  hub.kill();
  await ended(hub);
  return took;
}

async function measureList(url: string, rounds: number): Promise<Row> {
  const load = async () => (await fetch(`${url}/`, { headers: BEARER })).text();
  await load();
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) times.push(await time(load));
  return withGoal(`the list of ${RUNS} runs, its first page`, times, MAX_LIST_MS);
}

/** From an event in the ledger to the frame that shows it, with a page of many tasks. */
async function measurePaint(url: string, run: RunPaths, rounds: number): Promise<Row> {
  const browser = await startBrowser();
  const times: number[] = [];
  try {
    await using opened = await openPage(browser, url, `/runs/${run.run}`);
    const { page } = opened;
    await page.locator('html[data-live]').waitFor();
    for (let round = 0; round < rounds; round++) {
      const message = `step ${round} of the benchmark`;
      const shown = page.evaluate(waitForPaint(message)) as Promise<number>;
      await sleep(300);
      const start = Date.now();
      const at = new Date().toISOString();
      const event = {
        event: 'task.checkpoint',
        at,
        task: taskName(3),
        percent: 1,
        message,
      } as const;
      appendEvents(run.ledger, [event]);
      times.push((await shown) - start);
    }
  } finally {
    await browser.close();
  }
  return withGoal(`an event to its paint, a page of ${TASKS} tasks`, times, MAX_PAINT_MS);
}

/** A script that resolves with the time of the first frame after a message is shown. */
function waitForPaint(message: string): string {
  return `new Promise((resolve) => {
    const look = () => document.getElementById('task-${taskName(3)}').textContent.includes(${JSON.stringify(message)})
      ? requestAnimationFrame(() => resolve(Date.now()))
      : requestAnimationFrame(look);
    look();
  })`;
}

function withGoal(what: string, times: readonly number[], most: number): Row {
  const isMet = percentile(times, 0.5) <= most;
  return { ...timesRow(what, times), goal: `p50 ≤ ${most} ms`, isMet };
}

async function lookAtRest({ pid }: ChildProcess, seconds: number): Promise<Row[]> {
  if (process.platform !== 'linux') return [];
  const { resident } = readUse(pid);
  const memory = Number.parseInt(resident, 10);
  // V8 may collect garbage more than half a minute later; that must not count as idle cost.
  await sleep(SETTLE_MS);
  const before = readUse(pid).ticks;
  await sleep(seconds * 1_000);
  const ticks = readUse(pid).ticks - before;
  return [
    {
      what: `memory with ${RUNS} runs`,
      p50: resident,
      p99: '',
      goal: `≤ ${MAX_MB} MB`,
      isMet: memory <= MAX_MB,
    },
    {
      what: `CPU time at rest in ${seconds} s`,
      p50: `${ticks * 10} ms`,
      p99: '',
      goal: '0 ticks of 10 ms',
      isMet: ticks === 0,
    },
  ];
}
