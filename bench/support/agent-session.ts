import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runClaude } from '../../test/support/claude-client.ts';
import { orchestrate } from '../../test/support/orchestrator.ts';
import {
  type ModelRequest,
  type Reply,
  startScriptedModel,
} from '../../test/support/scripted-model.ts';
import { makePlan, outcomes, PROJECT, readRun } from '../../test/support/swarm-session.ts';
import { makeTempRepo } from '../../test/support/temp-dir.ts';

export interface AgentWork {
  agents: number;
  /** Number of tool calls of each agent, one per turn. */
  calls: number;
  /** The tool call of an agent. @param file a file that it may read */
  call(file: string): { name: string; input: object };
  /** How long the model takes for a turn of an agent; milliseconds. */
  turn: number;
}

const TIMEOUT_MS = 300_000;

/**
 * Runs the same agents with the same calls in the real client, as tasks of a run or without the
 * plugin.
 * @returns milliseconds from the first request of an agent to the last one
 */
export async function timeAgents(work: AgentWork, isRun: boolean): Promise<number> {
  await using repo = await makeTempRepo();
  const file = join(repo.path, 'note.txt');
  writeFileSync(file, 'a note\n');
  mkdirSync(join(repo.path, '.claude'));
  const config = JSON.stringify({ maxParallel: work.agents });
  writeFileSync(join(repo.path, '.claude', 'swarm-parallel.json'), config);
  const ids = Array.from({ length: work.agents }, (_, index) => `task-${index}`);
  let [first, last] = [0, 0];
  const agent = ({ step }: ModelRequest): Reply => {
    last = performance.now();
    first ||= last;
    return step < work.calls
      ? { toolUses: [work.call(file)], delayMs: work.turn }
      : { text: 'Done.', delayMs: work.turn };
  };
  const orchestrator = orchestrate({
    plan: makePlan(ids.map((id) => ({ id }))),
    agents: { default: agent },
    watch: false,
  });
  const launches = ids.map((id) => ({
    name: 'Agent',
    input: { description: id, prompt: id, subagent_type: 'general-purpose' },
  }));
  const alone = (request: ModelRequest): Reply => {
    if (request.isAgent) return agent(request);
    return request.step === 0 ? { toolUses: launches } : { text: 'Waiting.' };
  };
  await using model = await startScriptedModel(isRun ? orchestrator : alone);
  const client = await runClaude({
    model,
    cwd: repo.path,
    prompt: isRun ? '/swarm-parallel Work' : 'Work',
    timeoutMs: TIMEOUT_MS,
    args: ['--allowedTools', 'Bash(true)'],
    ...(isRun ? { pluginDir: PROJECT } : {}),
  });
  if (client.exitCode !== 0) throw new Error(`exit code ${client.exitCode}: ${client.stderr}`);
  if (isRun) checkCompleted(repo.path, work.agents);
  return last - first;
}

function checkCompleted(root: string, agents: number): void {
  const { status, errors } = readRun(root);
  const completed = Object.values(outcomes(status)).filter((one) => one === 'completed').length;
  if (completed !== agents || errors !== '') throw new Error(`${completed} completed; ${errors}`);
}
