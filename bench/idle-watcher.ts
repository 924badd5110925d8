import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PLUGIN } from './support/hook-process.ts';
import type { Benchmark } from './support/measure.ts';
import { makeCheckout, makeRun, makeScratch, startTasks } from './support/sample-run.ts';

/** What V8 tidies up after the start is not what an idle watcher costs. */
const SETTLE_MS = 10_000;

/** What a `swarm watch` process costs while nothing happens; read from `/proc`. */
export const idleWatcherBenchmark: Benchmark = {
  name: 'idle',
  title: 'A `swarm watch` while nothing happens',
  async run(isQuick) {
    if (!existsSync('/proc/self/schedstat')) {
      return [{ what: 'needs Linux: skipped', p50: '', p99: '' }];
    }
    const seconds = isQuick ? 10 : 60;
    using scratch = makeScratch();
    const root = makeCheckout(scratch, 'checkout');
    const paths = makeRun(root, 20);
    startTasks(paths, 0, 8);
    const swarm = join(PLUGIN, 'bin', 'swarm');
    const watcher = spawn(process.execPath, [swarm, 'watch', paths.run], {
      cwd: root,
      stdio: 'ignore',
    });
    try {
      await sleep(SETTLE_MS);
      const before = readUse(watcher.pid);
      await sleep(seconds * 1_000);
      const after = readUse(watcher.pid);
      const cpuMs = after.cpuMs - before.cpuMs;
      const wakeUps = after.wakeUps - before.wakeUps;
      return [
        {
          what: `CPU time in ${seconds} s (${wakeUps} wake-ups)`,
          p50: `${cpuMs.toFixed(2)} ms`,
          p99: '',
          goal: '0 ticks of 10 ms',
          isMet: after.ticks === before.ticks,
        },
        { what: 'memory: resident, peak', p50: after.resident, p99: after.peak },
      ];
    } finally {
      watcher.kill('SIGTERM');
      await once(watcher, 'close');
    }
  },
};

interface Use {
  /** CPU time of all threads, from the scheduler's own count. */
  cpuMs: number;
  /** CPU time as `ps` counts it. */
  ticks: number;
  wakeUps: number;
  resident: string;
  peak: string;
}

function readUse(pid: number | undefined): Use {
  const process = `/proc/${pid}`;
  const threads = readdirSync(`${process}/task`).map((id) => `${process}/task/${id}`);
  const sum = (read: (thread: string) => number) =>
    threads.reduce((total, thread) => total + read(thread), 0);
  const status = (path: string, field: string) =>
    new RegExp(`^${field}:\\s+(.+)$`, 'm').exec(readFileSync(`${path}/status`, 'utf8'))?.[1] ?? '';
  // The name in the second field may hold blanks; behind its bracket come state and the counters.
  const stat = readFileSync(`${process}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return {
    cpuMs: sum((thread) => Number(readFileSync(`${thread}/schedstat`, 'utf8').split(' ')[0])) / 1e6,
    ticks: Number(stat[11]) + Number(stat[12]),
    wakeUps: sum((thread) => Number(status(thread, 'voluntary_ctxt_switches'))),
    resident: toMegabytes(status(process, 'VmRSS')),
    peak: toMegabytes(status(process, 'VmHWM')),
  };
}

function toMegabytes(kilobytes: string): string {
  return `${(Number.parseInt(kilobytes, 10) / 1_024).toFixed(0)} MB`;
}
