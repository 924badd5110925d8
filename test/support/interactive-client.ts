import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientEnvironment, DUMMY_KEY, findClaude, killTree } from './claude-client.ts';
import { registerCleanUp } from './clean-up.ts';
import { waitUntil } from './wait-until.ts';

export interface InteractiveOptions {
  /** The scripted model, or any object with its address. */
  readonly model: { readonly url: string };
  readonly cwd: string;
  readonly pluginDir?: string;
  /** The client's binary; by default the pinned one. */
  readonly claude?: string;
  /** Further arguments; `--permission-mode` defaults to `acceptEdits`. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A HOME to keep; by default a temporary one. */
  readonly home?: string;
  /** Terminal size in cells; by default 120 by 40. */
  readonly columns?: number;
  readonly rows?: number;
}

/** A program in a terminal of its own. */
export interface Terminal extends AsyncDisposable {
  /** Presses keys by tmux name, such as `Enter`, `Escape`, `C-c`. */
  sendKeys(...keys: readonly string[]): void;
  /** Types text unchanged, without Enter. */
  type(text: string): void;
  /** The visible screen without colours. */
  screen(): string;
  /** The visible screen with its escape sequences. */
  screenAnsi(): string;
  /** From now on, writes every byte that the program sends to its terminal to a file. */
  record(file: string): void;
  /** Waits until the screen matches and returns it; throws with the last screen, see {@link waitUntil}. */
  waitFor(pattern: RegExp): Promise<string>;
  /** Waits until the program has exited by itself. */
  waitForExit(): Promise<void>;
  resize(columns: number, rows: number): void;
  /** Ends only the program, its children and the terminal. */
  stop(): Promise<void>;
}

export interface InteractiveClient extends Terminal {
  readonly home: string;
  /** The client's debug log so far. */
  debugLog(): string;
}

type JsonObject = Record<string, unknown>;

async function readJson(file: string): Promise<JsonObject> {
  const text = await readFile(file, 'utf8').catch(() => '{}');
  return JSON.parse(text) as JsonObject;
}

/** Answers the client's first-run questions in advance: onboarding, API key, trust in the folder. */
async function answerFirstRunQuestions(home: string, cwd: string): Promise<void> {
  const file = join(home, '.claude.json');
  const known = await readJson(file);
  const projects = (known.projects ?? {}) as JsonObject;
  const project = (projects[cwd] ?? {}) as JsonObject;
  const prepared = {
    ...known,
    hasCompletedOnboarding: true,
    customApiKeyResponses: { approved: [DUMMY_KEY.slice(-20)], rejected: [] },
    projects: { ...projects, [cwd]: { ...project, hasTrustDialogAccepted: true } },
  };
  await writeFile(file, JSON.stringify(prepared));
}

function clientArguments(options: InteractiveOptions): string[] {
  const args = options.args ?? [];
  const mode = args.includes('--permission-mode') ? [] : ['--permission-mode', 'acceptEdits'];
  const plugin = options.pluginDir ? ['--plugin-dir', options.pluginDir] : [];
  return [...mode, ...plugin, ...args];
}

type Tmux = (...args: readonly string[]) => string;

/** Calls of a separate tmux server, whose sessions get this environment. */
function privateTmux(env: NodeJS.ProcessEnv): Tmux {
  const socket = `swarm-test-${randomBytes(6).toString('hex')}`;
  return (...args) =>
    execFileSync('tmux', ['-u', '-L', socket, ...args], {
      encoding: 'utf8',
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
}

interface TerminalOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Terminal size in cells; by default 120 by 40. */
  readonly columns?: number;
  readonly rows?: number;
}

function openTerminal(tmux: Tmux, command: readonly string[], options: TerminalOptions): void {
  const size = ['-x', String(options.columns ?? 120), '-y', String(options.rows ?? 40)];
  // With remain-on-exit the last screen can still be read after the program has exited.
  const start = ['start-server', ';', 'set-option', '-g', 'remain-on-exit', 'on', ';'];
  const session = ['new-session', '-d', ...size, '-c', options.cwd, '--', ...command];
  tmux('-f', '/dev/null', ...start, ...session);
}

/**
 * Starts the real client in a terminal of its own.
 *
 * @returns the running client; `stop` it, or declare it with `await using`
 * @throws when tmux or the client is missing
 */
export async function startInteractive(options: InteractiveOptions): Promise<InteractiveClient> {
  const scratch = await mkdtemp(join(tmpdir(), 'swarm-interactive-'));
  const forget = () =>
    rm(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  const home = options.home ?? scratch;
  await answerFirstRunQuestions(home, options.cwd);
  const env = clientEnvironment(options.model.url, home, options.env);
  try {
    const log = join(scratch, 'debug.log');
    const args = [...clientArguments(options), '--debug-file', log];
    const terminal = startInTerminal([options.claude ?? findClaude(), ...args], {
      ...options,
      env,
    });
    const debugLog = () => readFileSync(log, 'utf8');
    const stop = () => terminal.stop().then(forget);
    return { ...terminal, home, debugLog, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await forget();
    throw error;
  }
}

/**
 * Starts a program in a terminal of its own (tmux with a private socket).
 *
 * @returns the terminal; `stop` it, or declare it with `await using`
 * @throws when tmux is missing
 */
export function startInTerminal(command: readonly string[], options: TerminalOptions): Terminal {
  const tmux = privateTmux(options.env);
  openTerminal(tmux, command, options);

  const screen = (): string => tmux('capture-pane', '-p');
  const isDead = (): boolean => tmux('display-message', '-p', '#{pane_dead}').trim() === '1';
  let stopped = false;
  const stop = async (): Promise<void> => {
    if (stopped) return;
    stopped = true;
    forget();
    const pid = Number(tmux('display-message', '-p', '#{pane_pid}'));
    if (!isDead()) killTree(pid);
    tmux('kill-server');
  };
  const forget = registerCleanUp(stop);

  return {
    sendKeys: (...keys) => void tmux('send-keys', ...keys),
    type: (text) => void tmux('send-keys', '-l', '--', text),
    screen,
    screenAnsi: () => tmux('capture-pane', '-p', '-e', '-N'),
    record: (file) => void tmux('pipe-pane', '-O', `cat >> '${file}'`),
    waitFor: async (pattern) => {
      let last = '';
      const matches = (): boolean => {
        last = screen();
        return pattern.test(last);
      };
      await waitUntil(matches, { what: `${pattern} on the screen`, state: () => last });
      return last;
    },
    waitForExit: async () => {
      await waitUntil(isDead, { what: 'the end of the program', state: screen });
    },
    resize: (columns, rows) =>
      void tmux('resize-window', '-x', String(columns), '-y', String(rows)),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
