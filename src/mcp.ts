import { existsSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { rememberRoot } from '../hooks/remember-root.ts';
import { startNotifier } from '../hooks/start-notifier.ts';
import { type HiddenTools, makeService, type Service } from './app/mcp/create-server.ts';
import { serveOverStdio } from './app/mcp/serve-stdio.ts';
import type { ServerContext } from './app/mcp/server-context.ts';
import type { HookService } from './hook-service.ts';
import { identifyProcess, isAlive } from './store/client-process.ts';
import { locateRoot } from './store/locate-root.ts';

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

/** How long after the start what answers hooks is loaded: the client waits for the server; ms. */
const HOOKS_DELAY = 100;
let hooks: Promise<HookService> | null = null;

function hookService(): Promise<HookService> {
  hooks ??= import('./hook-service.ts').then(({ startHookService }) =>
    startHookService({
      root,
      client,
      worker,
      installation: process.env.CLAUDE_PLUGIN_ROOT ?? packageRoot,
      dataDir: process.env.CLAUDE_PLUGIN_DATA ?? null,
    }),
  );
  return hooks;
}

/** The tool of the hook is not listed: it is the client's alone, and would cost the model tokens. */
const hookTool: HiddenTools = (name, args) =>
  name === 'hook-event' ? hookService().then(({ answer }) => answer(args)) : undefined;

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
  const later = setTimeout(hookService, HOOKS_DELAY);
  const stop = async () => {
    clearTimeout(later);
    (await hooks)?.stop();
  };
  // The client closes stdin, or sends a signal; a client that was killed closes it too.
  process.stdin.once('end', stop);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void stop().finally(() => process.exit(0)));
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
    process.once(signal, () => process.exit(0));
  }
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}${MCP_PATH}`;
}

// The plugin's client starts this file; `swarm mcp` loads it.
if (require.main === module) serve({ runFlags: [] });
