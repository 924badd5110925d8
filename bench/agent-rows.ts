import { join } from 'node:path';
import { writeProjections } from '../src/store/projections.ts';
import { loadRun } from '../src/store/run-handle.ts';
import { bareStart, PLUGIN, type Start, timeStart } from './support/hook-process.ts';
import { type Benchmark, compareWith, interleave, timesRow } from './support/measure.ts';
import { agentName, makeCheckout, makeRun, makeScratch, startTasks } from './support/sample-run.ts';

const MAX_RATIO = 1.3;
const AGENTS = 8;

/** One refresh of the agents' rows, against a bare Node process with the same input. */
export const agentRowsBenchmark: Benchmark = {
  name: 'rows',
  title: 'One refresh of the agents’ rows, against `node -e 0`',
  async run(isQuick) {
    using scratch = makeScratch();
    const without = makeCheckout(scratch, 'without');
    const small = makeCheckout(scratch, 'small');
    openRun(small, 8);
    const large = makeCheckout(scratch, 'large');
    openRun(large, 200);
    const times = await interleave(
      {
        bare: () => timeStart(bareStart(refresh(without))),
        noRun: () => timeStart(refresh(without)),
        small: () => timeStart(refresh(small)),
        large: () => timeStart(refresh(large)),
      },
      isQuick ? 30 : 200,
    );
    return [
      timesRow('node -e 0', times.bare),
      compareWith(times.bare, 'no run open', times.noRun, MAX_RATIO),
      compareWith(times.bare, `${AGENTS} agents of a run of 8 tasks`, times.small, MAX_RATIO),
      compareWith(times.bare, `${AGENTS} agents of a run of 200 tasks`, times.large, MAX_RATIO),
    ];
  },
};

function openRun(root: string, taskCount: number): void {
  const paths = makeRun(root, taskCount);
  startTasks(paths, 0, AGENTS);
  writeProjections(loadRun(paths));
}

function refresh(root: string): Start {
  const tasks = Array.from({ length: AGENTS }, (_, index) => ({
    id: agentName(index),
    type: 'local_agent',
    status: 'running',
    description: `Work on part ${index}`,
  }));
  return {
    args: [join(PLUGIN, 'dist', 'agent-rows.cjs')],
    cwd: root,
    env: { PATH: process.env.PATH, CLAUDE_PROJECT_DIR: root },
    input: JSON.stringify({ cwd: root, columns: 120, tasks }),
  };
}
