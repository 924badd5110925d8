import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_WORKER_OPTIONS, workerArguments } from '../src/claude/command-line.ts';
import { WORKER_PLUGIN } from '../src/claude/worker-plugin.ts';
import { clientEnvironment, findClaude } from '../test/support/claude-client.ts';
import { startScriptedModel } from '../test/support/scripted-model.ts';
import { PLUGIN } from './support/hook-process.ts';
import { type Benchmark, compareWith, formatMs, type Row, timesRow } from './support/measure.ts';
import { readUse } from './support/process-use.ts';
import { makeScratch, type Scratch } from './support/sample-run.ts';

const TASKS = 20;
const PARALLEL = 4;
const MAX_RATIO = 1.05;
const MANY_TASKS = 500;
const MAX_MEMORY_MB = 80;
/** CPU use while workers wait, as a fraction of one core. */
const MAX_CPU = 0.02;

/** What a supervisor costs in addition to its workers: time, CPU and memory. */
export const executeRunBenchmark: Benchmark = {
  name: 'run',
  title: `\`swarm run\`: ${TASKS} tasks, ${PARALLEL} at once, against \`xargs -P\` of the same processes`,
  async run(isQuick) {
    if (process.platform !== 'linux') return [{ what: 'needs Linux: skipped', p50: '', p99: '' }];
    using scratch = makeScratch();
    return [
      ...(await compareMakespan(scratch, isQuick ? 1 : 5)),
      await measureWaiting(scratch, isQuick ? 5 : 30),
      await measureMany(scratch),
    ];
  },
};

async function compareMakespan(scratch: Scratch, rounds: number): Promise<Row[]> {
  await using model = await startScriptedModel(() => ({
    text: 'Nothing to report.',
    delayMs: 500,
  }));
  const env = environmentOf(scratch, model.url, findClaude());
  const times: Record<'xargs' | 'swarm', number[]> = { xargs: [], swarm: [] };
  // The first round fills the caches that the client keeps in its HOME.
  for (let round = -1; round < rounds; round++) {
    const root = makeRepository(scratch, `makespan-${round}`, TASKS);
    const cases = { xargs: () => runXargs(root, env), swarm: () => runSwarm(root, env) };
    const order = ['xargs', 'swarm'] as const;
    for (const name of round % 2 === 0 ? order : order.toReversed()) {
      const time = await cases[name]();
      if (round >= 0) times[name].push(time);
    }
  }
  return [
    timesRow(`xargs -P ${PARALLEL}`, times.xargs),
    compareWith(times.xargs, 'swarm run', times.swarm, MAX_RATIO),
  ];
}

/** The supervisor's CPU while its workers wait for the model. */
async function measureWaiting(scratch: Scratch, seconds: number): Promise<Row> {
  const delayMs = (seconds + 10) * 1_000;
  await using model = await startScriptedModel(() => ({ text: 'Late.', delayMs }));
  const env = environmentOf(scratch, model.url, findClaude());
  const root = makeRepository(scratch, 'waiting', PARALLEL);
  const supervisor = startSwarm(root, env);
  try {
    while (model.requests.length < PARALLEL) await sleep(50);
    // V8 collects garbage after the start; that must not count as the cost of waiting.
    await sleep(5_000);
    const before = readUse(supervisor.pid).cpuMs;
    await sleep(seconds * 1_000);
    const used = readUse(supervisor.pid).cpuMs - before;
    const share = used / (seconds * 1_000);
    return {
      what: `CPU of the supervisor in ${seconds} s while ${PARALLEL} workers wait`,
      p50: formatMs(used),
      p99: readUse(supervisor.pid).resident,
      ratio: share.toFixed(4),
      goal: `share ≤ ${MAX_CPU}`,
      isMet: share <= MAX_CPU,
    };
  } finally {
    supervisor.kill('SIGTERM');
    await once(supervisor, 'close');
  }
}

/** The supervisor's memory in a long run with a client that answers at once. */
async function measureMany(scratch: Scratch): Promise<Row> {
  const client = join(scratch.path, 'client');
  const result = JSON.stringify({ type: 'result', subtype: 'success', result: 'Done.' });
  writeFileSync(
    client,
    `#!/bin/sh\n[ "$1" = --version ] && { echo 2.1.330; exit; }\ncat > /dev/null\necho '${result}'\n`,
  );
  chmodSync(client, 0o755);
  const root = makeRepository(scratch, 'many', MANY_TASKS);
  const started = performance.now();
  const supervisor = startSwarm(root, environmentOf(scratch, 'http://127.0.0.1:9', client));
  const ended = once(supervisor, 'close');
  let peak = '';
  const sampling = setInterval(() => {
    if (existsSync(`/proc/${supervisor.pid}/status`)) peak = readUse(supervisor.pid).peak || peak;
  }, 100);
  const [code] = await ended;
  clearInterval(sampling);
  if (code !== 0) throw new Error(`the long run ended with exit code ${code}`);
  return {
    what: `memory of the supervisor, ${MANY_TASKS} tasks`,
    p50: peak,
    p99: formatMs(performance.now() - started),
    goal: `≤ ${MAX_MEMORY_MB} MB`,
    isMet: Number.parseInt(peak, 10) <= MAX_MEMORY_MB,
  };
}

function environmentOf(scratch: Scratch, url: string, client: string): NodeJS.ProcessEnv {
  const home = join(scratch.path, 'home');
  mkdirSync(home, { recursive: true });
  return clientEnvironment(url, home, { SWARM_CLAUDE_BIN: client, NO_COLOR: '1' });
}

function makeRepository(scratch: Scratch, name: string, tasks: number): string {
  const root = join(scratch.path, name);
  mkdirSync(join(root, '.git'), { recursive: true });
  const ids = Array.from({ length: tasks }, (_, index) => `task-${index}`);
  const list = ids.map((id) => `  - {id: ${id}, title: Look at one part}`);
  const briefs = ids.map((id) => `## ${id}\nLook at ${id}.`);
  const plan = `---\ngoal: Measure\ntasks:\n${list.join('\n')}\n---\n${briefs.join('\n\n')}\n`;
  writeFileSync(join(root, 'plan.md'), plan);
  return root;
}

function startSwarm(cwd: string, env: NodeJS.ProcessEnv): ChildProcess {
  const swarm = join(PLUGIN, 'bin', 'swarm');
  const args = [swarm, 'run', 'plan.md', '--fresh', '--max-parallel', String(PARALLEL)];
  return spawn(process.execPath, args, { cwd, env, stdio: 'ignore' });
}

async function runSwarm(root: string, env: NodeJS.ProcessEnv): Promise<number> {
  return timeProcess(startSwarm(root, env));
}

/** Each line of stdin is the id of a session, which also marks its processes. */
const ONE_WORKER =
  'id=$1; shift; SWARM_ATTEMPT=$id exec "$@" --session-id "$id" < brief > "out-$id"';

async function runXargs(root: string, env: NodeJS.ProcessEnv): Promise<number> {
  mkdirSync(join(root, '.swarm', 'open'), { recursive: true });
  writeFileSync(join(root, 'brief'), 'Look at one part.\n'.repeat(40));
  const args = workerArguments({
    attempt: 'none',
    agent: 'swarm-worker',
    continues: null,
    pluginDir: join(PLUGIN, 'dist', WORKER_PLUGIN),
    hookScript: null,
    writable: [],
    directories: [],
    options: DEFAULT_WORKER_OPTIONS,
    effort: null,
    budgetUsd: null,
  });
  const at = args.indexOf('--session-id');
  const client = env.SWARM_CLAUDE_BIN ?? '';
  const worker = ['sh', '-c', ONE_WORKER, 'sh', '{}', client, ...args.toSpliced(at, 2)];
  const xargs = spawn('xargs', ['-P', String(PARALLEL), '-I', '{}', ...worker], {
    cwd: root,
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  xargs.stdin.end(Array.from({ length: TASKS }, () => `${randomUUID()}\n`).join(''));
  return timeProcess(xargs);
}

async function timeProcess(child: ChildProcess): Promise<number> {
  const started = performance.now();
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${child.spawnfile} ended with exit code ${code}`);
  return performance.now() - started;
}
