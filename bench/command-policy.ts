import { parse } from 'unbash';
import { classifyCommand } from '../src/command-policy/classify-command.ts';
import { swarmRules } from '../src/hooks/swarm-command-rules.ts';
import { HARMLESS, IRREVERSIBLE } from '../test/fixtures/commands.ts';
import { type Benchmark, percentile, type Row, timesRow } from './support/measure.ts';

const ROOT = '/home/dev/shop';
const CONTEXT = { cwd: ROOT, root: ROOT, home: '/home/dev', rules: swarmRules() };
const MAX_MS = 2;
const WARM_UP_ROUNDS = 5;

const HARMFUL = Object.values(IRREVERSIBLE).flat();
const COMMANDS = [...HARMFUL, ...HARMLESS];

/** Classifying each command of the corpus, compared with only parsing it. */
export const commandPolicyBenchmark: Benchmark = {
  name: 'policy',
  title: `Classifying ${COMMANDS.length.toLocaleString('en')} shell commands`,
  async run(isQuick) {
    const rounds = isQuick ? 5 : 25;
    const parsed = medianTimes((command) => void parse(command), rounds);
    const classified = medianTimes((command) => void classify(command), rounds);
    const p99 = percentile(classified, 0.99);
    return [
      timesRow('parse', parsed),
      { ...timesRow('classify', classified), goal: `p99 < ${MAX_MS} ms`, isMet: p99 < MAX_MS },
      detectionRow(),
    ];
  },
};

function classify(command: string) {
  return classifyCommand(command, CONTEXT).match;
}

/** The median time in milliseconds of each command. */
function medianTimes(work: (command: string) => void, rounds: number): number[] {
  const times: number[][] = COMMANDS.map(() => []);
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (const [index, command] of COMMANDS.entries()) {
      const started = performance.now();
      work(command);
      if (round >= 0) times[index]?.push(performance.now() - started);
    }
  }
  return times.map((all) => percentile(all, 0.5));
}

function detectionRow(): Row {
  const detected = HARMFUL.filter(classify).length;
  const alarms = HARMLESS.filter(classify).length;
  return {
    what: `detected ${detected} of ${HARMFUL.length}, false alarms ${alarms} of ${HARMLESS.length}`,
    p50: '',
    p99: '',
    goal: 'all, none',
    isMet: detected === HARMFUL.length && alarms === 0,
  };
}
