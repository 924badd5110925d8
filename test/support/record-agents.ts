import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runClaude } from './claude-client.ts';
import type { Payload } from './hook-payloads.ts';
import { makeRecorderPlugin, readRecorded } from './hook-recorder.ts';
import { type AgentScript, checkpoint, orchestrate, result } from './orchestrator.ts';
import { neutralise, type Recording } from './recording.ts';
import { type ModelRequest, type Reply, startScriptedModel } from './scripted-model.ts';
import { makePlan, newestRun, PROJECT, readRun } from './swarm-session.ts';
import { makeTempDir, makeTempRepo } from './temp-dir.ts';

/** The events for which the plugin has hooks. */
const EVENTS = [
  'SessionStart',
  'UserPromptSubmit',
  'PreToolUse',
  'PostToolUse',
  'PostToolUseFailure',
  'SubagentStart',
  'SubagentStop',
  'Stop',
  'StopFailure',
  'SessionEnd',
];

const error = (status: number): AgentScript => {
  return () => ({ error: { status, message: 'injected' } });
};

/** The script of each agent, by behaviour; the test itself causes `stopped` and `refused`. */
const AGENTS: Readonly<Record<string, AgentScript>> = {
  'reports-text': [checkpoint(50, 'half'), { text: 'The report.' }],
  'reports-file': [result('# The report'), { text: 'The abstract.' }],
  'reports-nothing': () => ({ text: '' }),
  'api-error-400': error(400),
  'api-error-401': error(401),
  'api-error-429': error(429),
  'api-error-500': error(500),
  'api-error-529': error(529),
  'connection-cut': () => ({ text: 'half of a sentence '.repeat(20), cut: true }),
  'connection-reset': () => ({ reset: true }),
};

const TASKS = ['stopped', ...Object.keys(AGENTS), 'unknown-type'];

/**
 * Plays one session of the real client with one agent for each behaviour, and records the hook
 * payloads.
 *
 * @returns the payloads by behaviour with the prefix `agent-`, and those of the session as `session`
 * @throws when an agent has not ended or was not launched
 */
export async function recordAgents(claude: string): Promise<Record<string, Recording>> {
  await using repo = await makeTempRepo();
  await using recorder = await makeTempDir('swarm-recorder-');
  await makeRecorderPlugin(recorder.path, EVENTS);
  mkdirSync(join(repo.path, '.claude'));
  const once = { retry: { maximumAttempts: 1 } };
  const config = { tiers: { medium: once }, maxParallel: TASKS.length };
  writeFileSync(join(repo.path, '.claude', 'swarm-parallel.json'), JSON.stringify(config));
  const plan = makePlan(
    TASKS.map((id) => ({ id, ...(id === 'unknown-type' ? { agent: 'no-such-agent' } : {}) })),
  );
  const stopped = stopsAgent(
    () => readRun(repo.path).state.tasks.get('stopped')?.attempts[0]?.agentId,
  );
  await using model = await startScriptedModel(
    orchestrate({ plan, agents: { ...AGENTS, stopped: stopped.agent }, main: stopped.main }),
  );
  await runClaude({
    model,
    claude,
    cwd: repo.path,
    prompt: '/swarm-parallel Test the swarm',
    pluginDir: PROJECT,
    args: ['--plugin-dir', recorder.path],
    // Below the number of tasks, so that the client refuses launches.
    env: { CLAUDE_CODE_MAX_RETRIES: '0', CLAUDE_CODE_MAX_CONCURRENT_SUBAGENTS: '8' },
    timeoutMs: 150_000,
  });
  const payloads = (await readRecorded(recorder.path)).map(({ payload }) => ({ ...payload }));
  return split(payloads, newestRun(repo.path), repo.path);
}

/** An agent that works until the orchestrator stops it with TaskStop. */
function stopsAgent(agentId: () => string | null | undefined) {
  let isAtWork = false;
  let isStopped = false;
  return {
    agent: (({ step }, ref) => {
      if (step === 0) return checkpoint(10, 'begun')(ref);
      isAtWork = true;
      return new Promise<Reply>(() => {});
    }) satisfies AgentScript,
    main: (request: ModelRequest): Reply | undefined => {
      if (!isAtWork || isStopped || request.step === 0) return undefined;
      if (!request.toolNames.includes('TaskStop')) {
        return { toolUses: [{ name: 'ToolSearch', input: { query: 'select:TaskStop' } }] };
      }
      isStopped = true;
      return { toolUses: [{ name: 'TaskStop', input: { task_id: agentId() } }] };
    },
  };
}

interface Launch {
  readonly task: string;
  readonly call: string;
  readonly payloads: Payload[];
}

function split(payloads: readonly Payload[], run: string, root: string): Record<string, Recording> {
  const launches = launchesOf(payloads);
  const agents = agentsOf(payloads, launches);
  const session: Payload[] = [];
  for (const payload of payloads) {
    const own = ownerOf(payload, launches, agents);
    if (own) own.payloads.push(payload);
    else if (!('tool_name' in payload) && !isNotification(payload)) session.push(payload);
  }
  const recordings: Record<string, Recording> = {};
  const sessionId = String(payloads[0]?.session_id);
  const common: [string, string][] = [
    [sessionId, 'SESSION'],
    [run, 'RUN'],
    [root, '/ROOT'],
  ];
  recordings.session = neutralise(bounds(session), new Map(common));
  for (const { task, call, payloads: own } of launches.values()) {
    const agent = [...agents].find(([, launch]) => launch.call === call)?.[0];
    const isRefused = !agent && task !== 'unknown-type';
    const name = isRefused ? 'agent-refused' : `agent-${task}`;
    if (name in recordings) continue;
    const ids = new Map([...common, [call, 'toolu_1']]);
    if (agent) ids.set(agent, 'a1');
    if (isRefused) ids.set(`/${task}`, '/refused').set(`part ${task}`, 'part refused');
    recordings[name] = neutralise(
      own.map((payload) => onlyOwn(payload, agent)),
      ids,
    );
  }
  const missing = TASKS.filter((task) => !(`agent-${task}` in recordings));
  if (missing.length > 0) {
    const seen = payloads.map(({ hook_event_name, tool_name, tool_input, error, prompt }) => [
      ...[hook_event_name, tool_name, error],
      JSON.stringify(tool_input ?? prompt ?? '').slice(0, 80),
    ]);
    throw new Error(`not recorded: ${missing.join(', ')}; seen:\n${seen.join('\n')}`);
  }
  return recordings;
}

/** The launches of tasks by the id of the call. */
function launchesOf(payloads: readonly Payload[]): Map<string, Launch> {
  const launches = new Map<string, Launch>();
  for (const { hook_event_name, tool_name, tool_use_id, tool_input } of payloads) {
    if (hook_event_name !== 'PreToolUse' || tool_name !== 'Agent') continue;
    const task = /^swarm:[\w-]+\/([\w-]+)/.exec(String((tool_input as Payload).prompt))?.[1];
    const call = String(tool_use_id);
    if (task) launches.set(call, { task, call, payloads: [] });
  }
  return launches;
}

/** The launches that created an agent, by the id of the agent. */
function agentsOf(
  payloads: readonly Payload[],
  launches: ReadonlyMap<string, Launch>,
): Map<string, Launch> {
  const agents = new Map<string, Launch>();
  for (const { hook_event_name, tool_use_id, tool_response } of payloads) {
    const launch = launches.get(String(tool_use_id));
    if (hook_event_name !== 'PostToolUse' || !launch) continue;
    agents.set(String((tool_response as Payload).agentId), launch);
  }
  return agents;
}

function ownerOf(
  payload: Payload,
  launches: ReadonlyMap<string, Launch>,
  agents: ReadonlyMap<string, Launch>,
): Launch | undefined {
  const { agent_id, tool_use_id, tool_input, prompt } = payload;
  const stopped = (tool_input as Payload | undefined)?.task_id;
  const notified = /<task-id>(\w+)<\/task-id>/.exec(String(prompt))?.[1];
  return (
    agents.get(String(agent_id ?? stopped ?? notified ?? '')) ?? launches.get(String(tool_use_id))
  );
}

function isNotification({ prompt }: Payload): boolean {
  return String(prompt).includes('<task-notification>');
}

/** The start and the end of the session; the number of turns in between depends on timing. */
function bounds(session: readonly Payload[]): Payload[] {
  const lastStop = session.findLast(({ hook_event_name }) => hook_event_name === 'Stop');
  return session
    .filter((payload) => payload.hook_event_name !== 'Stop' || payload === lastStop)
    .map((payload) =>
      payload === lastStop
        ? { ...payload, last_assistant_message: 'The answer.', background_tasks: [] }
        : payload,
    );
}

/** The client lists all its agents, and which others are running at that moment is random. */
function onlyOwn(payload: Payload, agent: string | undefined): Payload {
  if (!Array.isArray(payload.background_tasks)) return payload;
  const own = payload.background_tasks.filter((one: Payload) => one.id === agent);
  return { ...payload, background_tasks: own };
}
