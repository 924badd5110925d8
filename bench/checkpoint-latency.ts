import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, watch } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { appendEvents } from '../src/ledger/ledger-file.ts';
import type { RunPaths } from '../src/store/run-paths.ts';
import { PLUGIN } from './support/hook-process.ts';
import { type Benchmark, formatMs, percentile, type Row } from './support/measure.ts';
import { makeCheckout, makeRun, makeScratch, startTasks, taskName } from './support/sample-run.ts';

const PER_SECOND = 100;
const WORKING = 10;
const MAX_P50_MS = 50;
const MAX_P99_MS = 250;
const LAST_WAIT_MS = 2_000;

/**
 * The time from the append of a checkpoint until a `swarm watch` process has written it, or a later
 * one of the same task, to `SUMMARY.md`.
 */
export const checkpointLatencyBenchmark: Benchmark = {
  name: 'latency',
  title: `Checkpoint to rewritten summary, at ${PER_SECOND} checkpoints a second`,
  async run(isQuick) {
    const seconds = isQuick ? 4 : 20;
    return [await measure(10, seconds), await measure(200, seconds)];
  },
};

async function measure(taskCount: number, seconds: number): Promise<Row> {
  using scratch = makeScratch();
  const root = makeCheckout(scratch, 'checkout');
  const paths = makeRun(root, taskCount);
  startTasks(paths, 0, WORKING);
  const swarm = join(PLUGIN, 'bin', 'swarm');
  const watcher = spawn(process.execPath, [swarm, 'watch', paths.run, '--idle-timeout', 'none'], {
    cwd: root,
    stdio: 'ignore',
  });
  try {
    await sleep(1_000);
    const { times, missing } = await sendCheckpoints(paths, seconds);
    const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)];
    return {
      what: `a run of ${taskCount} tasks, ${times.length} checkpoints${missing > 0 ? `, ${missing} never shown` : ''}`,
      p50: formatMs(p50),
      p99: formatMs(p99),
      goal: `p50 < ${MAX_P50_MS}, p99 < ${MAX_P99_MS} ms`,
      isMet: p50 < MAX_P50_MS && p99 < MAX_P99_MS && missing === 0,
    };
  } finally {
    watcher.kill('SIGTERM');
    await once(watcher, 'close');
  }
}

/** @returns the latency of each checkpoint in milliseconds, and how many never appeared */
async function sendCheckpoints(
  paths: RunPaths,
  seconds: number,
): Promise<{ times: number[]; missing: number }> {
  const times: number[] = [];
  const waiting = new Map<number, number>();
  const look = (): void => {
    const summary = readFileSync(paths.summary, 'utf8');
    const seen = performance.now();
    for (const [, digits] of summary.matchAll(/checkpoint (\d+)/g)) {
      for (let serial = Number(digits); waiting.has(serial); serial -= WORKING) {
        times.push(seen - (waiting.get(serial) ?? seen));
        waiting.delete(serial);
      }
    }
  };
  const watcher = watch(paths.dir, (_, name) => {
    if (name === basename(paths.summary)) look();
  });
  const total = PER_SECOND * seconds;
  const started = performance.now();
  for (let serial = 0; serial < total; serial++) {
    await sleep(Math.max(0, started + (serial * 1_000) / PER_SECOND - performance.now()));
    const at = new Date().toISOString();
    const percent = Math.floor((serial / total) * 100);
    const task = taskName(serial % WORKING);
    waiting.set(serial, performance.now());
    const message = `checkpoint ${serial}`;
    appendEvents(paths.ledger, [{ event: 'task.checkpoint', at, task, percent, message }]);
  }
  const deadline = performance.now() + LAST_WAIT_MS;
  while (waiting.size > 0 && performance.now() < deadline) await sleep(5);
  watcher.close();
  return { times, missing: waiting.size };
}
