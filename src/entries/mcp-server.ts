import { existsSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { publishPluginRoot } from '../hooks/server/publish-plugin-root.ts';
import { serveHooks } from '../hooks/server/serve-hooks.ts';
import { prepareSpool } from '../hooks/server/spool.ts';
import { createService, type HiddenTools, type Service } from '../mcp/create-server.ts';
import type { ServerContext } from '../mcp/server-context.ts';
import { serveOverStdio } from '../mcp/transport/stdio.ts';
import { spawnNotifier } from '../notify/spawn-notifier.ts';
import { identifyProcess, isAlive } from '../platform/process-identity.ts';
import { locateRoot } from '../platform/repository-paths.ts';
import { RunCache } from '../store/run-cache.ts';
import type { HookService } from './hook-server.ts';

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

let service: Promise<HookService> | null = null;

function hookService(): Promise<HookService> {
  service ??= import('./hook-server.ts').then(({ makeHookService }) =>
    makeHookService({
      root,
      client,
      worker,
      installation: process.env.CLAUDE_PLUGIN_ROOT ?? packageRoot,
    }),
  );
  return service;
}

/**
 * The tool of the hooks that are no processes. It is not listed: it is the client's alone, and would
 * cost the model tokens. Of calls that no agent makes there is nothing to say.
 */
const hookTool: HiddenTools = (name, args) => {
  if (name !== 'hook-event') return undefined;
  return args.agent_id || args.session_id === worker
    ? hookService().then(({ answerCall }) => answerCall(args))
    : Promise.resolve(null);
};

/** Answers the hooks that are processes. @returns what stops it */
async function serveHookProcesses(): Promise<() => void> {
  const dataDir = process.env.CLAUDE_PLUGIN_DATA;
  if (dataDir === undefined) return () => {};
  try {
    const mailbox = prepareSpool(dataDir, client.pid, (pid) => isAlive({ pid, startedAt: null }));
    return await serveHooks(mailbox, async (request) =>
      (await hookService()).answerProcess(request),
    );
  } catch (error) {
    // Hooks then handle their events themselves.
    process.stderr.write(`swarm-parallel: ${(error as Error).message}\n`);
    return () => {};
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
    caller: { kind: 'mcp' },
    now,
    isAlive,
    load: new RunCache().load,
    notify: spawnNotifier,
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
  return createService(context, version, hidden);
}

async function locateClient(): Promise<string> {
  const { findClaude } = await import('../supervisor/find-claude.ts');
  return findClaude({ cwd: root, env: process.env });
}

/** Serves the client that started this process, over stdin and stdout, until it ends. */
export function serve(options: ServeOptions): void {
  publishPluginRoot(process.env);
  serveOverStdio(serviceOf(options, hookTool), process);
  const hooks = serveHookProcesses();
  const stop = async () => {
    (await hooks)();
    (await service)?.stop();
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
  const { MCP_PATH, serveOverHttp } = await import('../mcp/transport/http.ts');
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
