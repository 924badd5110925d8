import { appendFileSync, readFileSync } from 'node:fs';
import { loadRun } from '../src/store/run-handle.ts';
import { type Benchmark, formatMs, interleave, percentile, timesRow } from './support/measure.ts';
import { makeCheckout, makeRun, makeScratch, startTasks, taskName } from './support/sample-run.ts';

const EVENTS = 100_000;
const TASKS = 500;
const WORKING = 10;
const MAX_MS = 1_000;

/** Reading, checking and folding a long ledger, against `JSON.parse` of its lines alone. */
export const foldLedgerBenchmark: Benchmark = {
  name: 'fold',
  title: `Folding a ledger of ${EVENTS.toLocaleString('en')} events (${TASKS} tasks)`,
  async run(isQuick) {
    using scratch = makeScratch();
    const paths = makeRun(makeCheckout(scratch, 'checkout'), TASKS);
    startTasks(paths, 0, WORKING);
    const lines = Array.from({ length: EVENTS - 1 - 2 * WORKING }, (_, serial) =>
      JSON.stringify({
        event: 'task.checkpoint',
        at: new Date(Date.now() + serial).toISOString(),
        task: taskName(serial % WORKING),
        percent: Math.floor((serial / EVENTS) * 100),
        message: `read file ${serial} of many, found nothing new`,
      }),
    );
    appendFileSync(paths.ledger, `${lines.join('\n')}\n`);

    const times = await interleave(
      {
        parse: () =>
          time(() => {
            const events = readFileSync(paths.ledger, 'utf8').trim().split('\n');
            for (const line of events) JSON.parse(line);
          }),
        fold: () =>
          time(() => {
            const { state, defects } = loadRun(paths);
            const { length } = [...state.tasks.values()].flatMap(({ log }) => log);
            if (length !== lines.length || defects.length > 0) throw new Error('events are lost');
          }),
      },
      isQuick ? 5 : 20,
    );
    const p50 = percentile(times.fold, 0.5);
    const p99 = percentile(times.fold, 0.99);
    return [
      timesRow('JSON.parse of every line', times.parse),
      {
        what: 'read, check and fold',
        p50: formatMs(p50),
        p99: formatMs(p99),
        ratio: (p50 / percentile(times.parse, 0.5)).toFixed(2),
        goal: `p99 < ${MAX_MS} ms`,
        isMet: p99 < MAX_MS,
      },
    ];
  },
};

function time(work: () => void): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}
