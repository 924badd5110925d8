import { spawn } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RawMcpClient, startRawClient, TASKS } from '../test/support/mcp-client.ts';
import { PLUGIN } from './support/hook-process.ts';
import {
  type Benchmark,
  compareWith,
  interleave,
  percentile,
  timesRow,
} from './support/measure.ts';
import { makeCheckout, makeRun, makeScratch, startTasks } from './support/sample-run.ts';

const MAX_START_MS = 30;
const MAX_GET_MS = 5;
const MAX_RATIO = 1.4;
const RUNS = 1_000;
const SETTLE_MS = 60_000;
const FULL = { elicitation: {}, extensions: { [TASKS]: {} } };

/** The MCP server: start, starting a run, reading one task among very many, and idling. */
export const mcpServerBenchmark: Benchmark = {
  name: 'mcp',
  title: 'The MCP server',
  async run(isQuick) {
    using scratch = makeScratch();
    const root = makeCheckout(scratch, 'checkout');
    const runs = Array.from({ length: RUNS }, () => makeRun(root, 8));
    startTasks(runs[0] ?? makeRun(root, 8), 0, 8);
    const CLAUDE_PLUGIN_DATA = join(scratch.path, 'data');
    const SWARM_CLAUDE_BIN = writeFake(scratch.path);
    const env = { PATH: process.env.PATH, CLAUDE_PLUGIN_DATA, SWARM_CLAUDE_BIN };
    const starts = await interleave(
      {
        bare: () => timeBare(root, env),
        server: () => timeStart(root, env),
      },
      isQuick ? 10 : 40,
    );
    await using client = await startRawClient({ env, repo: { path: root } }, FULL);
    const handles = await timeHandles(client, isQuick ? 10 : 40);
    const looks: number[] = [];
    for (let index = 0; index < (isQuick ? 100 : 1_000); index++) {
      const taskId = runs[(index * 37) % RUNS]?.run;
      looks.push(await time(() => client.request('tasks/get', { taskId })));
    }
    return [
      compareWith(starts.bare, '`node -e 0`', starts.bare),
      compareWith(starts.bare, 'start, to the first answer', starts.server, MAX_RATIO),
      withGoal('swarm_start, to the handle', handles, MAX_START_MS),
      withGoal(`tasks/get, ${RUNS} runs on the disk`, looks, MAX_GET_MS),
      await lookAtRest(client, isQuick ? 5 : 30),
    ];
  },
};

function withGoal(what: string, times: readonly number[], most: number) {
  const isMet = percentile(times, 0.5) <= most;
  return { ...timesRow(what, times), goal: `p50 ≤ ${most} ms`, isMet };
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** A client whose workers exit at once. */
function writeFake(dir: string): string {
  const path = join(dir, 'fake-claude');
  writeFileSync(path, '#!/bin/sh\n[ "$1" = --version ] && echo "2.1.330 (Claude Code)"\n');
  chmodSync(path, 0o755);
  return path;
}

/** Starts runs one after the other, so that the work of one is not measured with the next. */
async function timeHandles(client: RawMcpClient, rounds: number): Promise<number[]> {
  const task = { id: 'one', title: 'Do the one', brief: 'Say it.' };
  const params = { name: 'swarm_start', arguments: { goal: 'Measure', tasks: [task] } };
  const times: number[] = [];
  for (let round = -2; round < rounds; round++) {
    let taskId = '';
    const took = await time(async () => {
      taskId = (await client.request('tools/call', params)).result.taskId;
    });
    if (round >= 0) times.push(took);
    while ((await client.request('tasks/get', { taskId })).result.status === 'working') {
      await sleep(50);
    }
  }
  return times;
}

function timeBare(cwd: string, env: NodeJS.ProcessEnv): Promise<number> {
  return time(() => ended(spawn(process.execPath, ['-e', '0'], { cwd, env, stdio: 'ignore' })));
}

const DISCOVER = {
  jsonrpc: '2.0',
  id: 1,
  method: 'server/discover',
  params: {
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  },
};

async function timeStart(cwd: string, env: NodeJS.ProcessEnv): Promise<number> {
  const server = spawn(process.execPath, [join(PLUGIN, 'dist', 'mcp.cjs')], {
    cwd,
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const took = await time(async () => {
    server.stdin.write(`${JSON.stringify(DISCOVER)}\n`);
    await new Promise((resolve) => server.stdout.once('data', resolve));
  });
  server.stdin.end();
  await ended(server);
  return took;
}

function ended(child: ReturnType<typeof spawn>): Promise<unknown> {
  return new Promise((resolve) => child.once('exit', resolve));
}

async function lookAtRest({ pid }: RawMcpClient, seconds: number) {
  const what = `CPU time at rest in ${seconds} s`;
  if (process.platform !== 'linux') return { what: `${what}: needs Linux`, p50: '', p99: '' };
  // V8 may collect garbage more than half a minute later; that must not count as idle cost.
  await sleep(SETTLE_MS);
  const before = ticksOf(pid);
  await sleep(seconds * 1_000);
  const ticks = ticksOf(pid) - before;
  return { what, p50: `${ticks * 10} ms`, p99: '', goal: '0 ticks of 10 ms', isMet: ticks === 0 };
}

function ticksOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return Number(stat[11]) + Number(stat[12]);
}
