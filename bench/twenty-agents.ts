import { timeAgents } from './support/agent-session.ts';
import { type Benchmark, formatMs, percentile } from './support/measure.ts';

const MAX_RATIO = 1.05;
const WORK = {
  agents: 20,
  calls: 20,
  call: () => ({ name: 'Bash', input: { command: 'true', description: 'Nothing' } }),
  turn: 2_000,
};

/** How much longer agents of a run take for the same work, with a slow model. */
export const twentyAgentsBenchmark: Benchmark = {
  name: 'twenty',
  title: '20 agents with 20 tool calls each, 2 s a turn: as a run, against without the plugin',
  async run(isQuick) {
    const [alone, asRun]: [number[], number[]] = [[], []];
    for (let round = 0; round < (isQuick ? 1 : 5); round++) {
      alone.push(await timeAgents(WORK, false));
      asRun.push(await timeAgents(WORK, true));
    }
    const ratio = percentile(
      asRun.map((time, round) => time / (alone[round] ?? Number.NaN)),
      0.5,
    );
    const row = (what: string, times: readonly number[]) => ({
      what,
      p50: formatMs(percentile(times, 0.5)),
      p99: formatMs(percentile(times, 0.99)),
    });
    return [
      row('without the plugin', alone),
      {
        ...row('as a run', asRun),
        ratio: ratio.toFixed(3),
        goal: `ratio ≤ ${MAX_RATIO}`,
        isMet: ratio <= MAX_RATIO,
      },
    ];
  },
};
