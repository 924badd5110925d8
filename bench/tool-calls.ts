import { type AgentWork, timeAgents } from './support/agent-session.ts';
import { bareStart, hookStart, payloads, timeStart } from './support/hook-process.ts';
import { type Benchmark, formatMs, percentile } from './support/measure.ts';
import { makeScratch } from './support/sample-run.ts';

/** The most a run may add to a tool call of an agent, as a fraction of a bare Node start. */
const MAX_SHARE = 0.35;
const CALLS = 40;

const bash = () => ({ name: 'Bash', input: { command: 'true', description: 'Nothing' } });
const read = (file: string) => ({ name: 'Read', input: { file_path: file } });

/** What a run adds to each tool call of an agent, in the real client with a scripted model. */
export const toolCallsBenchmark: Benchmark = {
  name: 'calls',
  title: 'What a run adds to a tool call of an agent, against `node -e 0`',
  async run(isQuick) {
    using scratch = makeScratch();
    const node = bareStart(hookStart(scratch.path, payloads.prompt(scratch.path)));
    const rounds = isQuick ? 3 : 10;
    const starts: number[] = [];
    const added = { bash: [] as number[], read: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      for (let start = 0; start < 10; start++) starts.push(timeStart(node));
      added.bash.push(await addedTo({ agents: 1, calls: CALLS, call: bash, turn: 0 }));
      added.read.push(await addedTo({ agents: 1, calls: CALLS, call: read, turn: 0 }));
    }
    const bare = percentile(starts, 0.5);
    const row = (what: string, times: readonly number[]) => {
      const share = percentile(times, 0.5) / bare;
      return {
        what,
        p50: formatMs(percentile(times, 0.5)),
        p99: formatMs(percentile(times, 0.99)),
        ratio: share.toFixed(2),
        goal: `ratio ≤ ${MAX_SHARE}`,
        isMet: share <= MAX_SHARE,
      };
    };
    return [
      { what: 'node -e 0', p50: formatMs(bare), p99: formatMs(percentile(starts, 0.99)) },
      row('a Bash call, before and after', added.bash),
      row('a Read call', added.read),
    ];
  },
};

async function addedTo(work: AgentWork): Promise<number> {
  const alone = await timeAgents(work, false);
  return ((await timeAgents(work, true)) - alone) / work.calls;
}
