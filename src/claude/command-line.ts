import type { WorkerOptions } from '../ledger/events.ts';
import { resolveAgentType } from './agent-types.ts';

/** How workers are started where nothing is said. */
export const DEFAULT_WORKER_OPTIONS: WorkerOptions = {
  model: null,
  permissionMode: null,
  allowedTools: [],
  budgetUsd: null,
  fresh: false,
  worktrees: false,
  checkout: null,
};

export interface WorkerRequest {
  /** The id of the attempt and of its session. */
  attempt: string;
  agent: string;
  /** The session of an earlier attempt to go on with; null to begin anew. */
  continues: string | null;
  /** The plugin's directory; null where the project itself has the plugin. */
  pluginDir: string | null;
  options: WorkerOptions;
  /** Dollars that this worker may still cost. */
  budgetUsd: number | null;
}

/** Names the attempt to the worker's hooks, and marks every process that the worker starts. */
export const ATTEMPT_VARIABLE = 'SWARM_ATTEMPT';

/** The arguments of the client for a worker; its prompt goes to stdin, where its size has no limit. */
export function workerArguments(request: WorkerRequest): string[] {
  const { attempt, agent, continues, pluginDir, options, budgetUsd } = request;
  return [
    '-p',
    '--output-format',
    'stream-json',
    '--verbose',
    '--session-id',
    attempt,
    // A copy of the earlier session, so that each attempt has an id of its own.
    ...(continues ? ['--resume', continues, '--fork-session'] : []),
    ...(pluginDir ? ['--plugin-dir', pluginDir] : []),
    '--agent',
    resolveAgentType(agent, pluginDir !== null),
    ...given('--model', options.model),
    ...given('--permission-mode', options.permissionMode),
    ...given('--max-budget-usd', budgetUsd === null ? null : String(budgetUsd)),
    // It takes any number of values, so it comes last.
    ...(options.allowedTools.length > 0 ? ['--allowedTools', ...options.allowedTools] : []),
  ];
}

function given(name: string, value: string | null): string[] {
  return value === null ? [] : [name, value];
}

/** What the client tells its Bash calls of the session they belong to. A worker is a session of its own. */
const OF_SESSION =
  /^(?:AI_AGENT|CLAUDECODE|CLAUDE_(?:EFFORT|PID|ENV_FILE|PROJECT_DIR|PLUGIN_\w+)|CLAUDE_CODE_(?:AGENT|CHILD_\w+|ENTRYPOINT|EXECPATH|MESSAGING_\w+|SESSION_\w+|SSE_PORT))$/;

/** Set while git runs a hook; they lead to another repository or index than the directory's. */
const OF_OTHER_GIT =
  /^GIT_(?:DIR|WORK_TREE|INDEX_FILE|PREFIX|COMMON_DIR|(?:ALTERNATE_)?OBJECT_DIRECTOR(?:Y|IES)|QUARANTINE_PATH|SHALLOW_FILE)$/;

/** Whether a variable of the environment belongs to a git around this process. */
export function isOfOtherGit(name: string): boolean {
  return OF_OTHER_GIT.test(name);
}

/** The environment of a worker: the supervisor's, less what belongs to a session or a git around it. */
export function workerEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  attempt: string,
): Record<string, string | undefined> {
  const kept = Object.entries(env).filter(
    ([name]) => !OF_SESSION.test(name) && !isOfOtherGit(name),
  );
  return { ...Object.fromEntries(kept), [ATTEMPT_VARIABLE]: attempt };
}
