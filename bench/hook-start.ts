import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { startPluginServer } from '../test/support/plugin-server.ts';
import { bareStart, hookStart, payloads, timeStart, tokenOf } from './support/hook-process.ts';
import { type Benchmark, type Case, compareWith, interleave, timesRow } from './support/measure.ts';
import {
  agentName,
  copyCheckout,
  makeCheckout,
  makeRun,
  makeScratch,
  type Scratch,
  startTasks,
} from './support/sample-run.ts';

const MAX_RATIO = 1.3;

/** One hook as the client starts it, from start to end, against a bare Node process with the same input. */
export const hookStartBenchmark: Benchmark = {
  name: 'hook',
  title: 'One hook, against `node -e 0`',
  async run(isQuick) {
    using scratch = makeScratch();
    const dataDir = join(scratch.path, 'data');
    await using _ = await startPluginServer(scratch.path, dataDir);
    const without = makeCheckout(scratch, 'without');
    const ended = makeCheckout(scratch, 'no-run-open');
    rmSync(makeRun(ended, 8).openMarker);
    const template = makeCheckout(scratch, 'template');
    const { run, ...paths } = makeRun(template, 8);
    startTasks({ run, ...paths }, 1, 4);

    const foreign = payloads.preAgent(ended, 0, 'Find the parser.');
    const noRun = hookStart(without, payloads.subagentStop(without, agentName(1)));
    const fresh = freshCopies(scratch, template);
    const times = await interleave(
      {
        bare: () => timeStart(bareStart(noRun)),
        noRun: () => timeStart(noRun),
        prompt: () => timeStart(hookStart(ended, payloads.prompt(ended))),
        foreignAgent: () => timeStart(hookStart(ended, foreign)),
        foreignStop: () => timeStart(hookStart(ended, payloads.subagentStop(ended, agentName(1)))),
        launch: fresh((root) => payloads.preAgent(root, 0, tokenOf(run, 0)), dataDir),
        stop: fresh((root) => payloads.subagentStop(root, agentName(1)), dataDir),
        launchAlone: fresh((root) => payloads.preAgent(root, 0, tokenOf(run, 0))),
        stopAlone: fresh((root) => payloads.subagentStop(root, agentName(1))),
      },
      isQuick ? 30 : 200,
    );
    const row = (what: string, name: keyof typeof times) =>
      compareWith(times.bare, what, times[name], MAX_RATIO);
    return [
      timesRow('node -e 0', times.bare),
      row('no .swarm: SubagentStop', 'noRun'),
      row('.swarm: a prompt', 'prompt'),
      row('.swarm: an Agent call without token', 'foreignAgent'),
      row('.swarm, no run open: SubagentStop', 'foreignStop'),
      row('a launch: PreToolUse(Agent)', 'launch'),
      row('a report: SubagentStop', 'stop'),
      compareWith(times.bare, 'a launch, no server there', times.launchAlone),
      compareWith(times.bare, 'a report, no server there', times.stopAlone),
    ];
  },
};

/** Cases that change a run get a copy of it each time. Only the process is measured. */
function freshCopies(scratch: Scratch, template: string) {
  let serial = 0;
  return (payloadOf: (root: string) => Parameters<typeof hookStart>[1], dataDir?: string): Case =>
    () => {
      const root = copyCheckout(scratch, template, `copy-${serial++}`);
      const time = timeStart(hookStart(root, payloadOf(root), dataDir));
      return time;
    };
}
