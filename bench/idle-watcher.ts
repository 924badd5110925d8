import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PLUGIN } from './support/hook-process.ts';
import type { Benchmark } from './support/measure.ts';
import { readUse } from './support/process-use.ts';
import { makeCheckout, makeRun, makeScratch, startTasks } from './support/sample-run.ts';

/** V8 collects garbage after the start; that must not count as idle cost. */
const SETTLE_MS = 10_000;

/** The cost of a `swarm watch` process while nothing happens, read from `/proc`. */
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
