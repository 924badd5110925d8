import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { registerCleanUp } from './clean-up.ts';

/** The dummy key of every run; the interactive client must be told that it is approved. */
export const DUMMY_KEY = 'sk-ant-scripted-model-0123456789abcdef';

/** Variables of the session or test runner that the tests run in. */
const FOREIGN_VARIABLE = /^(CLAUDE|ANTHROPIC|AI_AGENT$|SWARM|VITEST|NODE_ENV$|NODE_OPTIONS$|TMUX)/;

/** A line of `--output-format stream-json`; fields beside `type` differ by type. */
interface ClientEvent {
  readonly type: string;
  readonly subtype?: string;
  readonly [field: string]: unknown;
}

export interface ClaudeOptions {
  /** The scripted model, or any object with its address. */
  readonly model: { readonly url: string };
  readonly cwd: string;
  readonly prompt: string;
  /** Further arguments of the client. */
  readonly args?: readonly string[];
  readonly pluginDir?: string;
  /** The client's binary; by default the pinned one. */
  readonly claude?: string;
  /** Added to the environment; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds after which the client and all its children are killed. */
  readonly timeoutMs: number;
  /** A HOME to keep, for example to resume a session; by default a temporary one. */
  readonly home?: string;
  /** Called with each event as it arrives. */
  readonly onEvent?: (event: ClientEvent) => void;
}

export interface ClaudeRun {
  /** Null when a signal ended the client. */
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  readonly events: readonly ClientEvent[];
  readonly stdout: string;
  readonly stderr: string;
  /** The last `result` event's text; empty if there is none. */
  readonly resultText: string;
  readonly durationMs: number;
  readonly debugLog: string;
}

export interface RunningClaude {
  readonly pid: number;
  readonly ended: Promise<ClaudeRun>;
  /** Kills the client and all its children at once, as a crash would. */
  kill(): void;
}

const PINNED = '@anthropic-ai/claude-code';

function platformPackages(): string[] {
  const base = `claude-code-${process.platform}-${process.arch}`;
  return [base, `${base}-musl`];
}

/** The directories in which a resolver would look for the client's binary, nearest first. */
function scopeDirs(dependency: string): string[] {
  const dirs: string[] = [];
  for (let dir = import.meta.dirname; ; dir = dirname(dir)) {
    const wrapper = join(dir, 'node_modules', dependency);
    // pnpm keeps the platform package beside the real directory of its dependent only.
    if (existsSync(wrapper)) dirs.push(dirname(realpathSync(wrapper)), dirname(wrapper));
    if (dir === dirname(dir)) return dirs;
  }
}

/**
 * Finds the client's binary: from the variable `SWARM_TEST_CLAUDE`, or from the installed platform
 * package of a dependency that is the client.
 *
 * @throws when neither exists; the message lists the searched places
 */
export function findClaude(dependency = PINNED): string {
  const chosen = process.env.SWARM_TEST_CLAUDE;
  if (chosen && dependency === PINNED) return chosen;
  const name = process.platform === 'win32' ? 'claude.exe' : 'claude';
  const candidates = scopeDirs(dependency).flatMap((scope) =>
    platformPackages().map((platform) => join(scope, platform, name)),
  );
  const found = candidates.find((candidate) => existsSync(candidate));
  if (found) return found;
  throw new Error(`no Claude Code binary; looked at: ${candidates.join(', ') || 'node_modules'}`);
}

/**
 * The environment of a client that is isolated from the session in which the tests run.
 *
 * @param modelUrl the scripted model's address
 * @param home the client's HOME
 * @param extra added last; `undefined` removes a variable
 */
export function clientEnvironment(
  modelUrl: string,
  home: string,
  extra: Readonly<Record<string, string | undefined>> = {},
): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !FOREIGN_VARIABLE.test(name));
  return {
    ...Object.fromEntries(inherited),
    HOME: home,
    USERPROFILE: home,
    // The client keeps the output of its background tasks there.
    CLAUDE_CODE_TMPDIR: home,
    ANTHROPIC_BASE_URL: modelUrl,
    ANTHROPIC_API_KEY: DUMMY_KEY,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    // One retry keeps an injected API error from taking minutes of back-off.
    CLAUDE_CODE_MAX_RETRIES: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
    DISABLE_AUTOUPDATER: '1',
    ...extra,
  };
}

function childrenByParent(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  for (const line of table.split('\n')) {
    const [pid, parent] = line.trim().split(/\s+/).map(Number);
    if (!pid || parent === undefined) continue;
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  return children;
}

/** Lists a process and all its descendants, parents first. */
function processTree(pid: number): number[] {
  const children = childrenByParent();
  const tree = [pid];
  for (const member of tree) tree.push(...(children.get(member) ?? []));
  return tree;
}

function signalIfAlive(pid: number, signal: 'SIGSTOP' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has exited since it was listed.
  }
}

/**
 * Stops a process and its descendants with SIGSTOP. A stopped process starts no others, so a list
 * without new processes is complete.
 */
function freezeTree(pid: number): number[] {
  const frozen = new Set<number>();
  for (;;) {
    const running = processTree(pid).filter((member) => !frozen.has(member));
    if (running.length === 0) return [...frozen];
    for (const member of running) {
      signalIfAlive(member, 'SIGSTOP');
      frozen.add(member);
    }
  }
}

/** Kills a process that was started as group leader, its group and every descendant. */
export function killTree(pid: number): void {
  // Shells of the client lead groups of their own, so killing the group is not enough.
  const tree = freezeTree(pid);
  signalIfAlive(-pid, 'SIGKILL');
  for (const member of tree) signalIfAlive(member, 'SIGKILL');
}

function parseEvent(line: string): ClientEvent | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as ClientEvent;
  } catch {
    return undefined;
  }
}

function lineSplitter(onLine: (line: string) => void): (chunk: string) => void {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(onLine);
  };
}

function resultTextOf(events: readonly ClientEvent[]): string {
  const last = events.findLast((event) => event.type === 'result');
  return typeof last?.result === 'string' ? last.result : '';
}

interface Output {
  readonly events: ClientEvent[];
  stdout: string;
  stderr: string;
}

/** Collects the child's output, and passes on each event as soon as its line is complete. */
function collectOutput(
  child: ChildProcessByStdio<null, Readable, Readable>,
  onEvent: ClaudeOptions['onEvent'],
): Output {
  const output: Output = { events: [], stdout: '', stderr: '' };
  const onChunk = lineSplitter((line) => {
    const event = parseEvent(line);
    if (!event) return;
    output.events.push(event);
    onEvent?.(event);
  });
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output.stdout += chunk;
    onChunk(chunk);
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    output.stderr += chunk;
  });
  return output;
}

function argumentsOf(options: ClaudeOptions, debugFile: string): string[] {
  const plugin = options.pluginDir ? ['--plugin-dir', options.pluginDir] : [];
  const output = ['--output-format', 'stream-json', '--verbose', '--debug-file', debugFile];
  return ['-p', options.prompt, ...output, ...plugin, ...(options.args ?? [])];
}

/**
 * Starts the real client headless.
 *
 * @returns the process at once; its `ended` resolves even if the timeout kills the client
 * @throws when the client cannot be found or started
 */
export async function startClaude(options: ClaudeOptions): Promise<RunningClaude> {
  const scratch = await mkdtemp(join(tmpdir(), 'swarm-client-'));
  const home = options.home ?? scratch;
  const debugFile = join(scratch, 'debug.log');
  const started = performance.now();
  const child = spawn(options.claude ?? findClaude(), argumentsOf(options, debugFile), {
    cwd: options.cwd,
    env: clientEnvironment(options.model.url, home, options.env),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const { pid } = child;
  if (pid === undefined) {
    await rm(scratch, { recursive: true, force: true });
    await closed;
    throw new Error('the client did not start');
  }

  const output = collectOutput(child, options.onEvent);
  const forget = registerCleanUp(async () => {
    killTree(pid);
    await closed;
  });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    killTree(pid);
  }, options.timeoutMs);

  const finish = async (): Promise<ClaudeRun> => {
    const exitCode = await closed.finally(() => clearTimeout(timer));
    forget();
    const durationMs = performance.now() - started;
    const debugLog = await readFile(debugFile, 'utf8').catch(() => '');
    await rm(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    const resultText = resultTextOf(output.events);
    return { exitCode, timedOut, ...output, resultText, durationMs, debugLog };
  };
  const finished = finish();
  return { pid, ended: finished, kill: () => killTree(pid) };
}

/** Runs the real client headless to its end, see {@link startClaude}. */
export async function runClaude(options: ClaudeOptions): Promise<ClaudeRun> {
  const client = await startClaude(options);
  return client.ended;
}
