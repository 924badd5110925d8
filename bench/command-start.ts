import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { bareStart, PLUGIN, type Start, timeStart, tokenOf } from './support/hook-process.ts';
import { type Benchmark, type Case, compareWith, interleave, timesRow } from './support/measure.ts';
import {
  copyCheckout,
  makeCheckout,
  makeRun,
  makeScratch,
  startTasks,
} from './support/sample-run.ts';

const MAX_AGENT_RATIO = 1.4;
const MAX_READ_RATIO = 1.7;

/** The commands that are called most, from start to end, against a bare Node process. */
export const commandStartBenchmark: Benchmark = {
  name: 'commands',
  title: 'One command of `swarm`, against `node -e 0`',
  async run(isQuick) {
    using scratch = makeScratch();
    const template = makeCheckout(scratch, 'template');
    const { run, ...paths } = makeRun(template, 8);
    startTasks({ run, ...paths }, 0, 8);
    const task = tokenOf(run, 1).replace(/^swarm:/, '');
    const start = (cwd: string, args: readonly string[], input = ''): Start => ({
      args: [join(PLUGIN, 'bin', 'swarm'), ...args],
      cwd,
      env: { PATH: process.env.PATH },
      input,
    });
    /** Each call finds the run as it was. */
    const fresh = (args: readonly string[], input?: string): Case => {
      return () => {
        const cwd = copyCheckout(scratch, template, 'copy');
        const time = timeStart(start(cwd, args, input));
        rmSync(cwd, { recursive: true });
        return time;
      };
    };
    const times = await interleave(
      {
        bare: () => timeStart(bareStart(start(template, []))),
        checkpoint: fresh(['checkpoint', task, '40', '12 of 30 files']),
        result: fresh(['result', task, '-'], 'Two faults, both in the parser.\n'.repeat(20)),
        status: fresh(['status']),
        list: fresh(['list']),
        help: fresh(['--help']),
      },
      isQuick ? 20 : 100,
    );
    return [
      timesRow('node -e 0', times.bare),
      compareWith(times.bare, 'swarm checkpoint', times.checkpoint, MAX_AGENT_RATIO),
      compareWith(times.bare, 'swarm result', times.result, MAX_AGENT_RATIO),
      compareWith(times.bare, 'swarm status', times.status, MAX_READ_RATIO),
      compareWith(times.bare, 'swarm list', times.list, MAX_READ_RATIO),
      compareWith(times.bare, 'swarm --help, with the parser', times.help),
    ];
  },
};
