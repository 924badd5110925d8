import { join } from 'node:path';
import { loadRun } from '../src/store/run-handle.ts';
import { runPaths } from '../src/store/run-paths.ts';
import { startPluginServer } from '../test/support/plugin-server.ts';
import { bareStart, hookStart, payloads, timeStarts, tokenOf } from './support/hook-process.ts';
import { type Benchmark, compareWith, interleave, timesRow } from './support/measure.ts';
import { copyCheckout, makeCheckout, makeRun, makeScratch } from './support/sample-run.ts';

const MAX_RATIO = 1.3;
const AGENTS = 8;

/** The cost of launching a wave: eight hooks before the calls at once, then eight after them. */
export const eightAgentsBenchmark: Benchmark = {
  name: 'wave',
  title: `${AGENTS} agents launched at once: Pre and Post hooks, against as many \`node -e 0\``,
  async run(isQuick) {
    using scratch = makeScratch();
    const dataDir = join(scratch.path, 'data');
    await using _ = await startPluginServer(scratch.path, dataDir);
    const template = makeCheckout(scratch, 'template');
    const { run } = makeRun(template, AGENTS);
    let serial = 0;

    const wave = (root: string, payload: typeof payloads.preAgent) =>
      Array.from({ length: AGENTS }, (_, index) =>
        hookStart(root, payload(root, index, tokenOf(run, index)), dataDir),
      );
    const times = await interleave(
      {
        bare: async () =>
          (await timeStarts(wave(template, payloads.preAgent).map(bareStart))) +
          (await timeStarts(wave(template, payloads.postAgent).map(bareStart))),
        hooks: async () => {
          const root = copyCheckout(scratch, template, `copy-${serial++}`);
          const time =
            (await timeStarts(wave(root, payloads.preAgent))) +
            (await timeStarts(wave(root, payloads.postAgent)));
          checkLaunched(root, run);
          return time;
        },
      },
      isQuick ? 10 : 60,
    );
    return [
      timesRow(`${2 * AGENTS} × node -e 0`, times.bare),
      compareWith(times.bare, `${AGENTS} Pre, ${AGENTS} Post hooks`, times.hooks, MAX_RATIO),
    ];
  },
};

function checkLaunched(root: string, run: string): void {
  const attempts = [...loadRun(runPaths(root, run)).state.attempts.values()];
  const known = attempts.filter((attempt) => attempt.agentId !== null);
  if (known.length !== AGENTS) throw new Error(`${known.length} of ${AGENTS} agents are known`);
}
