import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_WORKER_OPTIONS } from '../src/claude/command-line.ts';
import { type History, openHistory } from '../src/hub/store/history.ts';
import { github } from '../src/hub/webhooks/senders/github.ts';
import { appendEvents } from '../src/ledger/ledger-file.ts';
import { identifyProcess } from '../src/platform/process/process-identity.ts';
import { hubPaths } from '../src/store/hub-paths.ts';
import { PLUGIN } from './support/hook-process.ts';
import { type Benchmark, formatMs, percentile, type Row } from './support/measure.ts';
import { makeCheckout, makeRun, makeScratch } from './support/sample-run.ts';

const PER_SECOND = 200;
const DELIVERIES = 10_000;
const QUICK_DELIVERIES = 1_000;
const MAX_P99_MS = 50;
/** Every so many deliveries, the one before is sent again. */
const REPEAT_EVERY = 20;

const SECRET = 'a secret of the benchmark';
const CONFIG = {
  webhooks: {
    push: { from: 'github', secretEnv: 'BENCH_SECRET', plan: 'plan.md', overlap: 'skip' },
  },
};

/** The size of a small payload of GitHub. */
const PADDING = 'x'.repeat(8_000);

/**
 * The time from a signed delivery until its 202, which the hub sends when payload and history are on
 * the disk. Each delivery must be in the history once, even those that were sent twice.
 */
export const webhooksBenchmark: Benchmark = {
  name: 'webhooks',
  title: `Deliveries of a webhook on loopback, ${PER_SECOND} a second`,
  async run(isQuick) {
    return [await measure(isQuick ? QUICK_DELIVERIES : DELIVERIES)];
  },
};

async function measure(count: number): Promise<Row> {
  using scratch = makeScratch();
  const root = makeCheckout(scratch, 'checkout');
  mkdirSync(join(root, '.claude'));
  writeFileSync(join(root, '.claude/swarm-parallel.json'), JSON.stringify(CONFIG));
  const state = join(root, '..', 'state');
  const paths = hubPaths(join(state, 'swarm-parallel'), root);
  startRun(root, openHistory(paths.history));
  const env = {
    ...process.env,
    XDG_STATE_HOME: state,
    BENCH_SECRET: SECRET,
    SWARM_CLAUDE_BIN: '/none',
  };
  const args = [join(PLUGIN, 'bin', 'swarm'), 'serve', '--port', '0', '--json'];
  const hub = spawn(process.execPath, args, {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const [line] = await once(hub.stdout, 'data');
    const { url } = JSON.parse(String(line)) as { url: string };
    const { times, refused } = await sendAll(url, count);
    const history = openHistory(paths.history);
    const missing = count + 1 - history.state.firings.size;
    const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)];
    return {
      what: `${times.length} deliveries${refused > 0 ? `, ${refused} refused` : ''}${missing === 0 ? ', each in the history once' : `, ${missing} not in the history`}`,
      p50: formatMs(p50),
      p99: formatMs(p99),
      goal: `p99 < ${MAX_P99_MS} ms, each once`,
      isMet: p99 < MAX_P99_MS && refused === 0 && missing === 0,
    };
  } finally {
    hub.kill('SIGTERM');
    await once(hub, 'close');
  }
}

/** A run of the webhook that is working, so that deliveries are skipped and start no processes. */
function startRun(root: string, history: History): void {
  const { run, ledger } = makeRun(root, 1);
  const at = new Date().toISOString();
  const self = identifyProcess(process.pid);
  const firing = 'push/first';
  const delivery = { id: 'first', event: 'push', file: `${'0'.repeat(64)}.json` };
  const about = { trigger: 'webhook', name: 'push', origin: 'delivery', delivery } as const;
  const none = { scheduledFor: null, by: null, overlap: null };
  history.append([
    { event: 'firing.requested', at, firing, ...about, ...none },
    { event: 'firing.started', at, firing, run },
  ]);
  appendEvents(ledger, [
    {
      event: 'supervisor.started',
      at,
      supervisor: 'bench',
      process: self,
      replaces: null,
      maxParallel: 1,
      options: DEFAULT_WORKER_OPTIONS,
    },
  ]);
}

/** @returns the time of each answer in milliseconds, and how many were not 202 */
async function sendAll(url: string, count: number): Promise<{ times: number[]; refused: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 50 });
  const answers: Promise<number | null>[] = [];
  const startedAt = performance.now();
  for (let index = 0; index < count; index++) {
    const early = startedAt + (index / PER_SECOND) * 1_000 - performance.now();
    if (early > 0) await sleep(early);
    const body = JSON.stringify({ index, PADDING });
    answers.push(deliver(url, `delivery-${index}`, body, agent));
    if (index % REPEAT_EVERY === 0) answers.push(deliver(url, `delivery-${index}`, body, agent));
  }
  const times = await Promise.all(answers);
  agent.destroy();
  const accepted = times.filter((time) => time !== null);
  return { times: accepted, refused: times.length - accepted.length };
}

async function deliver(
  url: string,
  id: string,
  body: string,
  agent: Agent,
): Promise<number | null> {
  const signed = await github.sign(body, SECRET, { id, event: 'push', now: 0 });
  const headers = { ...signed, 'Content-Type': 'application/json' };
  const sentAt = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/hooks/push`, { method: 'POST', headers, agent }, (response) => {
      response.resume();
      response.on('end', () => {
        resolve(response.statusCode === 202 ? performance.now() - sentAt : null);
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
