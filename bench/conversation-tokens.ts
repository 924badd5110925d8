import { result } from '../test/support/orchestrator.ts';
import type { ModelRequest } from '../test/support/scripted-model.ts';
import { makePlan, playSession } from '../test/support/swarm-session.ts';
import type { Benchmark, Row } from './support/measure.ts';
import { type Share, shareTokens } from './support/share-tokens.ts';

const MAX_TOKENS = 350;
/** How much more than with a few tasks each of many may cost. */
const MAX_GROWTH = 1.15;
const TIMEOUT_MS = 600_000;

const ABSTRACT = 'Two faults, both in the parser; the first loses the last line. Both are fixed.';

/** What a run costs the conversation that leads it, for each task, besides what the agents say. */
export const conversationTokensBenchmark: Benchmark = {
  name: 'tokens',
  title: 'Tokens of the conversation for each task, beside plan, abstract and command',
  async run(isQuick) {
    const sizes = isQuick ? [5, 20] : [5, 20, 100];
    const shares: Share[] = [];
    for (const size of sizes) shares.push(await measure(size));
    const [few] = shares;
    return shares.map((share): Row => {
      const isFlat = few === undefined || share.perTask <= few.perTask * MAX_GROWTH;
      return {
        what: `${share.tasks} tasks; the client itself adds ${share.clientPerTask}`,
        p50: `${share.perTask}`,
        p99: '',
        goal: `at most ${MAX_TOKENS}, flat`,
        isMet: share.perTask <= MAX_TOKENS && isFlat,
      };
    });
  },
};

async function measure(size: number): Promise<Share> {
  const ids = Array.from({ length: size }, (_, index) => `task-${index}`);
  const plan = makePlan(ids.map((id) => ({ id })));
  const look = { toolUses: [{ name: 'Bash', input: { command: 'true', description: 'Look' } }] };
  const report = result('The whole report, in many lines.\n'.repeat(40));
  await using session = await playSession({
    plan,
    agents: { default: [look, report, { text: ABSTRACT }] },
    args: ['--allowedTools', 'Bash(true)'],
    timeoutMs: TIMEOUT_MS,
  });
  const { status } = session.run.status;
  if (status !== 'completed') throw new Error(`the run is ${status}`);
  const main = session.requests.filter(isOfMain).at(-1);
  return shareTokens(main?.raw.messages ?? [], { tasks: size, plan, abstract: ABSTRACT });
}

const isOfMain = ({ isAgent, isSideRequest }: ModelRequest): boolean => !isAgent && !isSideRequest;
