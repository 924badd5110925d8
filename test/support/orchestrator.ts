import type { ModelRequest, Reply, Script } from './scripted-model.ts';

/** The replies of an agent: a list, or a function of the request. */
export type AgentScript =
  | readonly (Reply | ((ref: string) => Reply))[]
  | ((request: ModelRequest, ref: string) => Reply | Promise<Reply>);

export interface OrchestratorOptions {
  plan: string;
  /** By task id; `default` is for every other task. */
  agents: Readonly<Record<string, AgentScript>>;
  /** The replies of agents without a task, which other agents launch. */
  child?: (request: ModelRequest) => Reply | Promise<Reply>;
  /** Overrides a turn of the main conversation; undefined leaves it to the orchestrator. */
  main?: (request: ModelRequest) => Reply | undefined;
  /** Whether to start `swarm watch`; otherwise only hooks keep the files up to date. */
  watch?: boolean;
}

/**
 * A model that follows `/swarm-parallel` literally: plan, launch everything listed under "Launch
 * now", wait, read the summary when asked to, answer.
 */
export function orchestrate(options: OrchestratorOptions): Script {
  // The messages to send once the client has loaded the tool for them.
  const owed: ToolUse[] = [];
  return (request) => {
    if (request.isAgent) return playAgent(options, request);
    const reply = options.main?.(request);
    if (reply) return reply;
    if (owed.length > 0) return { toolUses: owed.splice(0) };
    const told = [...request.toolResults.map(({ text }) => text), request.contextText].join('\n');
    owed.push(...messagesIn(told));
    const { toolUses = [], ...rest } = lead(options, request);
    if (owed.length === 0) return { toolUses, ...rest };
    const search = { name: 'ToolSearch', input: { query: 'select:SendMessage' } };
    return { toolUses: [...toolUses, search] };
  };
}

interface ToolUse {
  name: string;
  input: object;
}

async function playAgent(options: OrchestratorOptions, request: ModelRequest): Promise<Reply> {
  const ref = /^swarm:(\S+)/.exec(request.firstUserText.trim())?.[1];
  if (ref === undefined && options.child) return options.child(request);
  if (ref === undefined)
    return { text: `no launch token in: ${request.firstUserText.slice(0, 300)}` };
  const script = options.agents[ref.split('/')[1] ?? ''] ?? options.agents.default;
  if (typeof script === 'function') return script(request, ref);
  const reply = script?.[request.step] ?? { text: `report of ${ref}` };
  return typeof reply === 'function' ? reply(ref) : reply;
}

function lead(options: OrchestratorOptions, request: ModelRequest): Reply {
  if (request.step === 0) return bash(`swarm plan - <<'PLAN'\n${options.plan}\nPLAN`);
  const told = [...request.toolResults.map((result) => result.text), request.contextText].join(
    '\n',
  );
  const summary = /`(swarm summary \d\S+ --max-chars 12000)`/.exec(told);
  if (summary?.[1]) return bash(summary[1]);
  const shown = request.toolResults.find((result) => result.text.startsWith('# '));
  if (shown) return { text: `FINAL ANSWER\n${shown.text}` };
  const toolUses = launchesIn(told);
  const watch = /Bash\(command: "(swarm watch [^"]+)"/.exec(told);
  if (watch?.[1] && options.watch !== false) {
    toolUses.push(...(bash(watch[1], { run_in_background: true }).toolUses ?? []));
  }
  return toolUses.length > 0 ? { toolUses } : { text: 'Waiting for the agents.' };
}

const LAUNCH =
  /(?<!fails: )Agent\(description: (".*?"), subagent_type: "(.*?)", prompt: "(swarm:.*?)"\)/g;

/** The launches that a text asks for, each task once. */
export function launchesIn(text: string): ToolUse[] {
  const byToken = new Map(
    [...text.matchAll(LAUNCH)].map(([, description, type, token]) => [
      token,
      {
        name: 'Agent',
        input: {
          description: JSON.parse(description ?? '""'),
          subagent_type: type,
          prompt: token,
        },
      },
    ]),
  );
  return [...byToken.values()];
}

const MESSAGE = /SendMessage\(to: "(.*?)", summary: "(.*?)", message: "(.*?)"\)/g;

/** The messages that resume interrupted agents, each once. */
function messagesIn(text: string): ToolUse[] {
  const byAgent = new Map(
    [...text.matchAll(MESSAGE)].map(([, to, summary, message]) => [to, { to, summary, message }]),
  );
  return [...byAgent.values()].map((input) => ({ name: 'SendMessage', input }));
}

/** A reply that calls Bash. */
export function bash(command: string, more: object = {}): Reply {
  return {
    toolUses: [{ name: 'Bash', input: { command, description: command.slice(0, 40), ...more } }],
  };
}

/** The call with which an agent records its progress. */
export function checkpoint(percent: number, message: string): (ref: string) => Reply {
  return (ref) => bash(`swarm checkpoint ${ref} ${percent} "${message}"`);
}

/** The call with which an agent stores its report. */
export function result(report: string): (ref: string) => Reply {
  return (ref) => bash(`swarm result ${ref} - <<'SWARM_REPORT'\n${report}\nSWARM_REPORT`);
}
