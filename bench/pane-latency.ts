import { setTimeout as sleep } from 'node:timers/promises';
import { appendEvents } from '../src/ledger/ledger-file.ts';
import { startInteractive } from '../test/support/interactive-client.ts';
import { startScriptedModel } from '../test/support/scripted-model.ts';
import { PLUGIN } from './support/hook-process.ts';
import { type Benchmark, formatMs, percentile } from './support/measure.ts';
import { makeCheckout, makeRun, makeScratch, startTasks, taskName } from './support/sample-run.ts';

const MAX_MS = 250;
const TASKS = 20;
const WORKING = 8;
const TIMEOUT_MS = 30_000;

/**
 * The time from the append of a checkpoint until the pane of the real client shows it, including the
 * time to read the screen. Needs tmux.
 */
export const paneLatencyBenchmark: Benchmark = {
  name: 'pane',
  title: 'Checkpoint to drawn pane, in the real client',
  async run(isQuick) {
    using scratch = makeScratch();
    const root = makeCheckout(scratch, 'checkout');
    const paths = makeRun(root, TASKS);
    startTasks(paths, 0, WORKING);
    await using model = await startScriptedModel(() => ({ text: 'idle' }));
    await using client = await startInteractive({
      model,
      cwd: root,
      pluginDir: PLUGIN,
      columns: 170,
      rows: 45,
    });
    await client.waitFor(/│◐ task-0 /);
    const times: number[] = [];
    for (let round = 0; round < (isQuick ? 20 : 100); round++) {
      const message = `step ${round} is done`;
      const task = taskName(round % WORKING);
      const at = new Date().toISOString();
      const started = performance.now();
      appendEvents(paths.ledger, [
        { event: 'task.checkpoint', at, task, percent: round % 100, message },
      ]);
      while (!client.screen().includes(message)) {
        if (performance.now() - started > TIMEOUT_MS) throw new Error(`never drawn: ${message}`);
      }
      times.push(performance.now() - started);
      await sleep(100);
    }
    const p99 = percentile(times, 0.99);
    return [
      {
        what: `a run of ${TASKS} tasks, ${times.length} checkpoints`,
        p50: formatMs(percentile(times, 0.5)),
        p99: formatMs(p99),
        goal: `p99 < ${MAX_MS} ms`,
        isMet: p99 < MAX_MS,
      },
    ];
  },
};
