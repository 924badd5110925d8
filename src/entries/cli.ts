import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CommanderError } from 'commander';
import type { CliContext, CliProcess } from '../cli/cli-context.ts';
import type { McpServer } from '../cli/commands/mcp.ts';
import type { HubProgram } from '../cli/hub-program.ts';
import { ignoreBrokenPipe } from '../cli/ignore-broken-pipe.ts';
import { createProgram } from '../cli/program.ts';
import type { WebhooksProgram } from '../cli/triggers/webhook.ts';
import { EXIT, isSwarmError } from '../errors/swarm-error.ts';
import { TOKEN_VARIABLE } from '../mcp/token-variable.ts';
import { locateRoot } from '../platform/repository-paths.ts';
import { stateDirectory } from '../platform/state-directory.ts';
import type { Caller, Host } from '../store/host.ts';
import { wrapWords } from '../text/wrap-words.ts';

/** The command line's process: its streams, its signals, its clock and its exit code. */

const packageRoot = resolve(__dirname, '..');

function print(text: string): void {
  process.stdout.write(`${text.replace(/\n$/, '')}\n`);
}

/** Messages are prose, so a terminal gets them wrapped between words. */
function printError(text: string): void {
  const { isTTY, columns } = process.stderr;
  const shown = isTTY && columns ? wrapWords(text, columns) : text;
  process.stderr.write(`${shown.replace(/\n$/, '')}\n`);
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

const context: CliContext = {
  packageRoot,
  isPlugin,
  cwd: process.cwd(),
  env: process.env,
  session,
  process: thisProcess,
  // Merely reading this property opens the stream.
  get stdin() {
    return process.stdin;
  },
  stdout: process.stdout,
  stderr: process.stderr,
  root,
  host,
  now,
  elapsedMs: () => performance.now(),
  readStdin: () => readFileSync(0),
  print,
  printError,
  warn: (text) => printError(`note: ${text}`),
};

function readVersion(): string {
  return JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')).version;
}

async function loadMcpServer(): Promise<McpServer> {
  const { serve } = await import('./mcp-server.ts');
  return {
    serve,
    serveHttp: async (options) => (await import('./mcp-service.ts')).serveHttp(options),
    tokenVariable: TOKEN_VARIABLE,
  };
}

async function loadHub(): Promise<HubProgram> {
  const { serve, findLink, planService, install, uninstall } = await import('./hub.ts');
  return { serve, findLink, planService, install, uninstall };
}

async function loadTriggers(): Promise<WebhooksProgram> {
  const { openTriggers } = await import('./hub.ts');
  const { locateClient } = await import('../cli/headless/execute.ts');
  return openTriggers(root(), () => locateClient(context));
}

/** Prints OS errors (such as EACCES) without a stack: they are not bugs in this program. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'syscall' in error ? error.message : (error.stack ?? error.message);
}

async function main(): Promise<void> {
  ignoreBrokenPipe(context, EXIT.notCompleted);
  try {
    await createProgram(context, readVersion(), {
      mcpServer: loadMcpServer,
      hub: loadHub,
      triggers: loadTriggers,
    }).parseAsync(process.argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.badInput;
    } else if (isSwarmError(error)) {
      const { describeError } = await import('../view/terminal/describe-error.ts');
      printError(`swarm: ${describeError(error)}`);
      process.exitCode = error.exitCode;
    } else {
      printError(`swarm: ${explain(error)}`);
      process.exitCode = EXIT.notCompleted;
    }
  }
}

void main();
