import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type HookHandler, hooksFileSchema } from '../../src/claude/hook-groups.ts';
import { commandLineOf } from '../../src/claude/plugin-paths.ts';
import { agentName, attemptName, SESSION, taskName } from './sample-run.ts';

export const PLUGIN = join(import.meta.dirname, '..', '..');
const HOOKS_FILE = join(PLUGIN, 'hooks', 'hooks.json');
const { hooks: HOOKS } = hooksFileSchema.parse(JSON.parse(readFileSync(HOOKS_FILE, 'utf8')));

/** A process to start: the one that the client starts for a hook, or a bare Node with its input. */
export interface Start {
  /** By default the Node that runs this process. */
  program?: string;
  args: readonly string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  input: string;
}

interface Payload {
  hook_event_name: string;
  tool_name?: string;
}

/** The hook that the client starts for every event of this kind. */
function handlerOf({ hook_event_name, tool_name = '' }: Payload): HookHandler {
  const found = HOOKS[hook_event_name]
    ?.filter(({ matcher }) => matcher?.split('|').includes(tool_name) ?? true)
    .flatMap(({ hooks }) => hooks)
    .find(({ type, ...one }) => type === 'command' && one.if === undefined);
  if (!found) throw new Error(`no hook is started for ${hook_event_name}`);
  return found;
}

/**
 * Starts a hook as the client does, with the script in front of it that `hooks.json` names.
 * @param payload the event, written to stdin as the client does
 * @param dataDir data directory of a plugin whose server answers; without it, the hook does the work
 */
export function hookStart(root: string, payload: Payload, dataDir?: string): Start {
  const [program = '', ...args] = commandLineOf(handlerOf(payload), PLUGIN);
  return {
    program: program === 'node' ? process.execPath : program,
    args,
    cwd: root,
    env: {
      PATH: process.env.PATH,
      CLAUDE_PROJECT_DIR: root,
      CLAUDE_PLUGIN_ROOT: PLUGIN,
      ...(dataDir === undefined ? {} : { CLAUDE_PLUGIN_DATA: dataDir }),
    },
    input: JSON.stringify(payload),
  };
}

export function bareStart(like: Start): Start {
  return { ...like, program: process.execPath, args: ['-e', '0'] };
}

/**
 * Starts one process and waits for it.
 * @returns milliseconds until it has ended
 * @throws when it fails or prints to stderr
 */
export function timeStart({ program = process.execPath, ...start }: Start): number {
  const started = performance.now();
  const { status, stderr } = spawnSync(program, start.args, start);
  const time = performance.now() - started;
  if (status !== 0 || stderr.length > 0) throw new Error(`exit code ${status}: ${stderr}`);
  return time;
}

/** Starts processes all at once. @returns milliseconds until the last has ended */
export async function timeStarts(starts: readonly Start[]): Promise<number> {
  const started = performance.now();
  await Promise.all(starts.map(runStart));
  return performance.now() - started;
}

function runStart({ program = process.execPath, args, cwd, env, input }: Start): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env });
    let told = '';
    child.stdout.resume();
    child.stderr.on('data', (chunk) => {
      told += chunk;
    });
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 && told === '' ? resolve() : reject(new Error(`exit code ${code}: ${told}`)),
    );
    child.stdin.on('error', () => {
      // `node -e 0` does not read it.
    });
    child.stdin.end(input);
  });
}

const common = (root: string) => ({
  session_id: SESSION,
  transcript_path: join(root, 'transcript.jsonl'),
  cwd: root,
  permission_mode: 'default',
});

/** Payloads as the client sends them. */
export const payloads = {
  prompt: (root: string) => ({
    ...common(root),
    hook_event_name: 'UserPromptSubmit',
    prompt: 'Please rename the function.',
  }),
  /** @param prompt a launch token, or the prompt of an agent that has no task */
  preAgent: (root: string, index: number, prompt: string) => ({
    ...common(root),
    hook_event_name: 'PreToolUse',
    tool_name: 'Agent',
    tool_input: {
      description: `Work on part ${index}`,
      prompt,
      subagent_type: 'swarm-parallel:swarm-worker',
    },
    tool_use_id: attemptName(index),
  }),
  postAgent: (root: string, index: number, prompt: string) => ({
    ...payloads.preAgent(root, index, prompt),
    hook_event_name: 'PostToolUse',
    tool_response: {
      isAsync: true,
      status: 'async_launched',
      agentId: agentName(index),
      description: `Work on part ${index}`,
      prompt,
    },
    duration_ms: 35,
  }),
  subagentStop: (root: string, agentId: string) => ({
    ...common(root),
    hook_event_name: 'SubagentStop',
    stop_hook_active: false,
    agent_id: agentId,
    agent_type: 'swarm-parallel:swarm-worker',
    last_assistant_message: 'Part looked at: two faults, both in the parser.\n'.repeat(20),
    background_tasks: [],
  }),
};

export function tokenOf(run: string, index: number): string {
  return `swarm:${run}/${taskName(index)}`;
}
