import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CliContext, CliProcess } from '../cli/cli-context.ts';
import type { QueueProgram } from '../cli/queue-program.ts';
import { EXIT, isSwarmError } from '../errors/swarm-error.ts';
import { locateRoot } from '../platform/repository-paths.ts';
import { stateDirectory } from '../platform/state-directory.ts';
import type { Caller, Host } from '../store/host.ts';
import { wrapWords } from '../text/wrap-words.ts';

/** The command line's process: its streams, its signals, its clock and its exit code. */

const packageRoot = resolve(__dirname, '..');

/** Messages are prose, so a terminal gets them wrapped between words. */
function printError(text: string): void {
  const { stderr } = process;
  const { isTTY, columns } = stderr;
  const shown = isTTY && columns ? wrapWords(text, columns) : text;
  // There is nothing left to report its errors with.
  if (stderr.listenerCount('error') === 0) stderr.on('error', () => {});
  stderr.write(`${shown.replace(/\n$/, '')}\n`);
}

const thisProcess: CliProcess = {
  pid: process.pid,
  execPath: process.execPath,
  nodeVersion: process.versions.node,
  parentPid: () => process.ppid,
  onSignal(signals, listener) {
    for (const signal of signals) process.on(signal, () => listener(signal));
  },
  setExitCode(code) {
    process.exitCode = code;
  },
  exit: (code) => process.exit(code),
};

const isPlugin = existsSync(join(packageRoot, '.claude-plugin', 'plugin.json'));
const session = process.env.CLAUDE_CODE_SESSION_ID ?? null;
const root = () => process.env.SWARM_ROOT ?? locateRoot(process.cwd());
const now = () => new Date().toISOString();

function caller(): Caller {
  const attempt = process.env.SWARM_ATTEMPT;
  if (attempt) return { kind: 'worker', attempt };
  return session === null ? { kind: 'person' } : { kind: 'session', session };
}

async function host(): Promise<Host> {
  const { isAlive } = await import('../platform/process/process-identity.ts');
  const { loadRun } = await import('../store/run-handle.ts');
  const { spawnNotifier } = await import('../notify/spawn-notifier.ts');
  const { isTraced } = await import('../notify/is-traced.ts');
  return {
    root: root(),
    caller: caller(),
    stateDir: stateDirectory(process.env),
    isPlugin,
    now,
    isAlive,
    load: loadRun,
    notify: spawnNotifier,
    isTraced: isTraced(process.env),
  };
}

async function loadQueue(): Promise<QueueProgram> {
  return await import('./queue.ts');
}

/**
 * What this process hands to the commands.
 * @param print writes an answer, which ends with a line break, to stdout
 */
export const createContext = (print: (text: string) => void): CliContext => ({
  packageRoot,
  isPlugin,
  cwd: process.cwd(),
  env: process.env,
  session,
  process: thisProcess,
  // Merely reading one of these properties opens the stream.
  get stdin() {
    return process.stdin;
  },
  get stdout() {
    return process.stdout;
  },
  get stderr() {
    return process.stderr;
  },
  root,
  host,
  queue: loadQueue,
  now,
  elapsedMs: () => performance.now(),
  readStdin: () => readFileSync(0),
  print: (text) => print(`${text.replace(/\n$/, '')}\n`),
  printError,
  warn: (text) => printError(`note: ${text}`),
});

/** Prints OS errors (such as EACCES) without a stack: they are not bugs in this program. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'syscall' in error ? error.message : (error.stack ?? error.message);
}

/** Runs a command, explains its error and sets the exit code. */
export async function runInProcess(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    if (isSwarmError(error)) {
      const { describeError } = await import('../view/terminal/describe-error.ts');
      printError(`swarm: ${describeError(error)}`);
      process.exitCode = error.exitCode;
    } else {
      printError(`swarm: ${explain(error)}`);
      process.exitCode = EXIT.notCompleted;
    }
  }
}
