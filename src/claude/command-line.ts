import type { WorkerOptions } from '../ledger/events.ts';
import { isLocalGitVariable } from '../platform/git-environment.ts';
import { resolveAgentType } from './agent-types.ts';
import { JUDGE_FLAG } from './hook-groups.ts';
import { COMMAND_TOOLS } from './tools.ts';
import { COMPACTION } from './worker-plugin.ts';
import { ATTEMPT_VARIABLE, ROOT_VARIABLE } from './worker-variables.ts';

/** The options of workers when none are given. */
export const DEFAULT_WORKER_OPTIONS: WorkerOptions = {
  model: null,
  permissionMode: null,
  allowedTools: [],
  budgetUsd: null,
  budgetTokens: null,
  fresh: false,
  worktrees: false,
  merge: false,
  checkout: null,
  queue: null,
};

export interface WorkerRequest {
  /** The id of the attempt, which is also the id of its session. */
  attempt: string;
  agent: string;
  /**
   * The session to resume; null to start a new one. That of an earlier attempt is forked, so that
   * each attempt has a session id of its own.
   */
  continues: string | null;
  /** The plugin's directory; null if the plugin is dropped into the project. */
  pluginDir: string | null;
  /** For a drop-in: the script that judges the worker's tool calls, absolute; else null. */
  hookScript: string | null;
  /**
   * Directories outside its working directory to which `swarm` writes in its shell, absolute. The
   * client's own sandbox allows only the working directory.
   */
  writable: readonly string[];
  /** Directories outside its working directory that its file tools may use, absolute. */
  directories: readonly string[];
  options: WorkerOptions;
  /** Null means the client's default. */
  effort: string | null;
  /** The most that this worker may cost, in US dollars; null for no limit. */
  budgetUsd: number | null;
}

/** Claude Code's arguments for a worker. The prompt goes to stdin, which has no size limit. */
export function workerArguments(request: WorkerRequest): string[] {
  const { pluginDir, options, budgetUsd, agent } = request;
  return [
    '-p',
    '--output-format',
    'stream-json',
    '--verbose',
    ...sessionArguments(request),
    ...(pluginDir ? ['--plugin-dir', pluginDir] : []),
    ...given('--settings', settingsOf(request)),
    '--agent',
    resolveAgentType(agent, pluginDir !== null),
    ...given('--model', options.model),
    ...given('--effort', request.effort),
    ...given('--permission-mode', options.permissionMode),
    ...given('--max-budget-usd', budgetUsd === null ? null : String(budgetUsd)),
    // Takes any number of values, so it must come last.
    ...(options.allowedTools.length > 0 ? ['--allowedTools', ...options.allowedTools] : []),
  ];
}

function sessionArguments({ attempt, continues }: WorkerRequest): string[] {
  if (continues === attempt) return ['--resume', attempt];
  const fork = continues ? ['--resume', continues, '--fork-session'] : [];
  return ['--session-id', attempt, ...fork];
}

/** Settings of the worker alone, as JSON; null if it needs none. */
function settingsOf({ hookScript, writable, directories }: WorkerRequest): string | null {
  const sandbox = { filesystem: { allowWrite: writable } };
  const settings = {
    ...(directories.length > 0 ? { permissions: { additionalDirectories: directories } } : {}),
    ...(hookScript === null ? {} : hooksFor(hookScript)),
    ...(writable.length > 0 ? { sandbox } : {}),
  };
  return Object.keys(settings).length > 0 ? JSON.stringify(settings) : null;
}

/**
 * Settings with the hooks of a drop-in's worker. Those in the repository do not run in a folder that
 * is not trusted, and are missing in a worktree if they are not committed.
 */
function hooksFor(script: string): object {
  const hook = { type: 'command', command: 'node', args: [script, JUDGE_FLAG], timeout: 10 };
  const ofCommands = [{ matcher: COMMAND_TOOLS.join('|'), hooks: [hook] }];
  const hooks = {
    SessionStart: [{ matcher: COMPACTION, hooks: [hook] }],
    PreToolUse: [{ matcher: '*', hooks: [hook] }],
    PostToolUse: ofCommands,
    PostToolUseFailure: ofCommands,
  };
  return { hooks };
}

function given(name: string, value: string | null): string[] {
  return value === null ? [] : [name, value];
}

/** Variables that Claude Code sets for its Bash calls. They describe the session around this process, not the worker's. */
const OF_SESSION =
  /^(?:AI_AGENT|CLAUDECODE|CLAUDE_(?:EFFORT|PID|ENV_FILE|PROJECT_DIR|PLUGIN_\w+)|CLAUDE_CODE_(?:AGENT|CHILD_\w+|ENTRYPOINT|EXECPATH|MESSAGING_\w+|SESSION_\w+|SSE_PORT))$/;

/** How long the client waits for its own background agents, which would otherwise be ten minutes. */
const BACKGROUND_LIMIT_VARIABLE = 'CLAUDE_CODE_PRINT_BG_WAIT_CEILING_MS';

/** Names the directory for a worker's notes and temporary files. */
const SCRATCH_VARIABLE = 'SWARM_SCRATCH';

interface WorkerSurroundings {
  attempt: string;
  root: string;
  deadlineMs: number;
  /** Absolute; null if it has none. */
  scratch?: string | null;
  /** The span that the client's own spans are a part of; null if there is none. */
  traceparent?: string | null;
}

/** The environment of a worker: the supervisor's, less what belongs to a session or a git around it. */
export function workerEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  { attempt, root, deadlineMs, scratch = null, traceparent = null }: WorkerSurroundings,
): Record<string, string | undefined> {
  const kept = Object.entries(env).filter(
    ([name]) => !OF_SESSION.test(name) && !isLocalGitVariable(name),
  );
  const own = {
    [ATTEMPT_VARIABLE]: attempt,
    [ROOT_VARIABLE]: root,
    [BACKGROUND_LIMIT_VARIABLE]: String(deadlineMs),
    [SCRATCH_VARIABLE]: scratch ?? undefined,
    ...(traceparent === null ? {} : { TRACEPARENT: traceparent }),
  };
  return { ...Object.fromEntries(kept), ...own };
}
