import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { registerCleanUp } from './clean-up.ts';
import { waitUntil } from './wait-until.ts';

const PACKAGE = join(import.meta.dirname, '../..');

export interface ProcessResult {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface ProcessOptions {
  cwd: string;
  input?: string;
  env?: Readonly<Record<string, string | undefined>>;
  /** The user that runs it; only root can set it. */
  uid?: number;
}

export interface RunningProcess {
  readonly process: ChildProcess;
  readonly result: Promise<ProcessResult>;
  /** Waits until stdout contains a text. */
  shows(text: string): Promise<void>;
  /** What it has printed so far. */
  output(): Pick<ProcessResult, 'stdout' | 'stderr'>;
}

/** Starts `bin/swarm`, as a shell would. */
export function startSwarm(args: readonly string[], options: ProcessOptions): RunningProcess {
  return start([join(PACKAGE, 'bin/swarm'), ...args], options);
}

export function runSwarm(args: readonly string[], options: ProcessOptions): Promise<ProcessResult> {
  return startSwarm(args, options).result;
}

/** Runs a hook's bundle, as the client would. */
export function runHookBundle(
  name: 'record-event' | 'allow-swarm' | 'add-to-path',
  { args = [], ...options }: ProcessOptions & { args?: readonly string[] },
): Promise<ProcessResult> {
  const env = { CLAUDE_PROJECT_DIR: options.cwd, CLAUDE_PLUGIN_ROOT: PACKAGE, ...options.env };
  return start([join(PACKAGE, 'dist', `${name}.cjs`), ...args], { ...options, env }).result;
}

function start(args: readonly string[], { cwd, input, env, uid }: ProcessOptions): RunningProcess {
  const child = spawn(process.execPath, args, {
    cwd,
    uid,
    // No variables of the machine that could change the output.
    env: {
      PATH: process.env.PATH,
      HOME: cwd,
      XDG_STATE_HOME: process.env.XDG_STATE_HOME,
      ...env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  // A process may exit without reading its input.
  child.stdin.on('error', () => {});
  child.stdin.end(input ?? '');
  const result = new Promise<ProcessResult>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const forget = registerCleanUp(() => void child.kill('SIGKILL'));
  child.once('exit', forget);
  let isOver = false;
  child.once('close', () => {
    isOver = true;
  });
  const shows = async (text: string): Promise<void> => {
    await waitUntil(() => isOver || stdout.includes(text), {
      what: `"${text}" on stdout`,
      state: () => `${stdout}\n${stderr}`,
    });
    if (!stdout.includes(text)) throw new Error(`it ended without "${text}": ${stderr}`);
  };
  return { process: child, result, shows, output: () => ({ stdout, stderr }) };
}
