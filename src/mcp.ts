import { existsSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { rememberRoot } from '../hooks/remember-root.ts';
import { startNotifier } from '../hooks/start-notifier.ts';
import { allowOwnCommand } from './app/hooks/allow-own-command.ts';
import { guardToolCall } from './app/hooks/guard-tool-call.ts';
import { handleEvent } from './app/hooks/handle-event.ts';
import type { HookContext, HookOutput } from './app/hooks/hook-context.ts';
import { Projector } from './app/hooks/projector.ts';
import { readToolCall } from './app/hooks/read-tool-call.ts';
import { DeclineHook, serveHooks } from './app/hooks/serve-hooks.ts';
import { type HiddenTools, makeService, type Service } from './app/mcp/create-server.ts';
import { serveOverStdio } from './app/mcp/serve-stdio.ts';
import type { ServerContext } from './app/mcp/server-context.ts';
import { isAttended } from './core/is-attended.ts';
import { identifyProcess, isAlive } from './store/client-process.ts';
import { prepareMailbox } from './store/hook-mailbox.ts';
import { locateRoot } from './store/locate-root.ts';
import { describeThrown, logError } from './store/log-error.ts';
import { RunCache } from './store/run-cache.ts';

/**
 * The MCP server. As that of the plugin there is one for each session of Claude Code, which starts
 * it and ends it; it answers the plugin's hooks, too. Runs are executed by processes of their own,
 * so nothing of them is lost with it.
 */
const packageRoot = join(__dirname, '..');
const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
const root = locateRoot(process.env.CLAUDE_PROJECT_DIR ?? process.cwd());
const client = identifyProcess(process.ppid);
const worker = process.env.SWARM_ATTEMPT ?? null;
const now = () => new Date().toISOString();
const projector = new Projector(startNotifier, (error) =>
  logError(root, describeThrown(error), now()),
);
/** The runs that the hooks are about. */
const runs = new RunCache();

function contextOf(event: Pick<HookContext, 'root' | 'client'>): HookContext {
  return {
    root: event.root,
    client: event.client,
    isPlugin: true,
    now,
    sleep: () => {
      // Every other hook would wait too.
      throw new DeclineHook();
    },
    isAlive,
    project: projector.project,
    loadRun: runs.load,
    startNotifier,
    worker,
    isAttended: isAttended(process.env),
    home: homedir(),
  };
}

/** How often an event is looked at again when its handler wants to wait, and after how long; ms. */
const MAX_WAITS = 50;
const WAIT = 40;

/** An event about a tool call; of the calls that no agent makes there is nothing to say. */
async function answerHook(args: Readonly<Record<string, unknown>>): Promise<HookOutput> {
  if (!args.agent_id && args.session_id !== worker) return null;
  try {
    const event = readToolCall(args);
    const handle = event.hook_event_name === 'PreToolUse' ? guardToolCall : handleEvent;
    const context = contextOf({ root, client });
    for (let waits = 0; waits < MAX_WAITS; waits++) {
      try {
        return handle(event, context);
      } catch (error) {
        if (!(error instanceof DeclineHook)) throw error;
        await sleep(WAIT);
      }
    }
    return handle(event, { ...context, sleep: () => {} });
  } catch (error) {
    logError(root, describeThrown(error), now());
    return null;
  }
}

/** The tool of the hook is not listed: it is the client's alone, and would cost the model tokens. */
const hookTool: HiddenTools = (name, args) =>
  name === 'hook-event' ? answerHook(args) : undefined;

/** @returns what stops it; nothing runs without a directory for it */
function startHookService(): () => void {
  const dataDir = process.env.CLAUDE_PLUGIN_DATA;
  if (dataDir === undefined) return () => projector.flush();
  const handlers = {
    'handle-event': handleEvent,
    'guard-tool-call': guardToolCall,
    'allow-own-command': allowOwnCommand,
  };
  const installation = process.env.CLAUDE_PLUGIN_ROOT ?? packageRoot;
  try {
    const mailbox = prepareMailbox(dataDir, client.pid, (pid) => isAlive({ pid, startedAt: null }));
    const close = serveHooks(mailbox, { installation, handlers, contextOf });
    return () => {
      close();
      projector.flush();
    };
  } catch (error) {
    // Hooks then handle their events themselves.
    process.stderr.write(`swarm-parallel: ${(error as Error).message}\n`);
    return () => projector.flush();
  }
}

/** What a request over HTTP has to bear. */
export const TOKEN_VARIABLE = 'SWARM_MCP_TOKEN';

/** How a person set up the server. */
export interface ServeOptions {
  /** Options of `swarm run` for all runs that are started through it. */
  runFlags: readonly string[];
}

function serviceOf({ runFlags }: ServeOptions, hidden: HiddenTools): Service {
  let found: Promise<string> | null = null;
  const context: ServerContext = {
    root,
    isPlugin: existsSync(join(packageRoot, '.claude-plugin', 'plugin.json')),
    isWorker: worker !== null,
    now,
    isAlive,
    startNotifier,
    findClient() {
      found ??= locateClient().catch((error: unknown) => {
        // It may be installed meanwhile.
        found = null;
        throw error;
      });
      return found;
    },
    program: {
      cwd: process.env.CLAUDE_PROJECT_DIR ?? process.cwd(),
      execPath: process.execPath,
      cli: join(packageRoot, 'bin', 'swarm'),
      // What lets a program call this server is not for the agents of its runs.
      env: { ...process.env, [TOKEN_VARIABLE]: undefined },
    },
    runFlags,
  };
  return makeService(context, version, hidden);
}

async function locateClient(): Promise<string> {
  const { findClient } = await import('./app/run/find-client.ts');
  return findClient({
    packageRoot,
    cwd: root,
    env: process.env,
    now: new Date(),
    nodeVersion: process.versions.node,
    execPath: process.execPath,
  });
}

/** Serves the client that started this process, over stdin and stdout, until it ends. */
export function serve(options: ServeOptions): void {
  rememberRoot(process.env);
  serveOverStdio(serviceOf(options, hookTool), process);
  const stopHookService = startHookService();
  // The client closes stdin, or sends a signal; a client that was killed closes it too.
  process.stdin.once('end', stopHookService);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      stopHookService();
      process.exit(0);
    });
  }
}

export interface ServeHttpOptions extends ServeOptions {
  host: string;
  port: number;
  /** What each request has to bear. */
  token: string;
}

/** Serves any number of clients over HTTP until a signal ends it. @returns its address */
export async function serveHttp(options: ServeHttpOptions): Promise<string> {
  const { MCP_PATH, serveOverHttp } = await import('./app/mcp/serve-http.ts');
  const service = serviceOf(options, () => undefined);
  const server = await serveOverHttp(service, options);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      projector.flush();
      process.exit(0);
    });
  }
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}${MCP_PATH}`;
}

// The plugin's client starts this file; `swarm mcp` loads it.
if (require.main === module) serve({ runFlags: [] });
