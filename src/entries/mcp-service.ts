import { existsSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ATTEMPT_VARIABLE, ROOT_VARIABLE } from '../claude/worker-variables.ts';
import { createService, type HiddenTools, type Service } from '../mcp/create-server.ts';
import type { ServerContext } from '../mcp/server-context.ts';
import { TOKEN_VARIABLE } from '../mcp/token-variable.ts';
import type { McpEndpoint } from '../mcp/transport/http.ts';
import { type StdioStreams, serveOverStdio } from '../mcp/transport/stdio.ts';
import { isTraced } from '../notify/is-traced.ts';
import { spawnNotifier } from '../notify/spawn-notifier.ts';
import { isAlive } from '../platform/process/process-identity.ts';
import { startDetached } from '../platform/process/start-detached.ts';
import { locateRoot } from '../platform/repository-paths.ts';
import { stateDirectory } from '../platform/state-directory.ts';
import { RunCache } from '../store/run-cache.ts';
import { loadRun } from '../store/run-handle.ts';
import type { RunPaths } from '../store/run-paths.ts';
import { watchSupervisor } from '../supervisor/watch-supervisor.ts';

/**
 * What the MCP server does for clients that use it, over stdio or HTTP. Separate processes execute
 * the runs, so they outlive it.
 */
const packageRoot = join(__dirname, '..');
const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
const root =
  process.env[ROOT_VARIABLE] ?? locateRoot(process.env.CLAUDE_PROJECT_DIR ?? process.cwd());
const worker = process.env[ATTEMPT_VARIABLE] ?? null;
const now = () => new Date().toISOString();
const machine = { root, isAlive, load: loadRun };

/** Starts `swarm guard` outside of this worker, whose processes it will end. */
function startReaper({ root: cwd, run }: RunPaths, supervisor: string): void {
  const env = { ...process.env, [ATTEMPT_VARIABLE]: undefined, [ROOT_VARIABLE]: undefined };
  const script = join(packageRoot, 'bin', 'swarm');
  startDetached({ script, args: ['guard', run, supervisor], cwd, env }).on('error', () => {
    // The next start of the run ends them.
  });
}

/** That of the hub, which agents must not know either. */
const HUB_TOKEN_VARIABLE = 'SWARM_HUB_TOKEN';

/** The user's configuration of the server. */
export interface ServeOptions {
  /** `swarm run` options for all runs that this server starts. */
  runFlags: readonly string[];
}

/** @param directory whose runs are served, and in which they are started */
function serviceOf(
  { runFlags }: ServeOptions,
  hidden: HiddenTools,
  directory: { root: string; cwd: string } = {
    root,
    cwd: process.env.CLAUDE_PROJECT_DIR ?? process.cwd(),
  },
): Service {
  let found: Promise<string> | null = null;
  const context: ServerContext = {
    root: directory.root,
    isPlugin: existsSync(join(packageRoot, '.claude-plugin', 'plugin.json')),
    isWorker: worker !== null,
    caller: { kind: 'mcp' },
    stateDir: stateDirectory(process.env),
    now,
    isAlive,
    load: new RunCache().load,
    notify: spawnNotifier,
    isTraced: isTraced(process.env),
    findClient() {
      found ??= locateClient().catch((error: unknown) => {
        // The client may be installed later.
        found = null;
        throw error;
      });
      return found;
    },
    program: {
      cwd: directory.cwd,
      execPath: process.execPath,
      cli: join(packageRoot, 'bin', 'swarm'),
      // Agents of its runs must not be able to call this server.
      env: { ...process.env, [TOKEN_VARIABLE]: undefined, [HUB_TOKEN_VARIABLE]: undefined },
    },
    runFlags,
  };
  return createService(context, version, hidden);
}

async function locateClient(): Promise<string> {
  const { findClaude } = await import('../supervisor/find-claude.ts');
  return findClaude({ cwd: root, env: process.env });
}

/** Serves the rest of what a client sends over stdio, once the greeting has no answer. */
export function serveRest(
  { options, hidden }: { options: ServeOptions; hidden: HiddenTools },
  streams: StdioStreams,
  onGone: () => void,
): void {
  serveOverStdio(serviceOf(options, hidden), streams, onGone);
}

/** Has a worker notice that its supervisor is gone. @returns a function that stops it */
export function watchSupervisorOf(attempt: string): () => void {
  return watchSupervisor(attempt, machine, startReaper);
}

export interface ServeHttpOptions extends ServeOptions {
  host: string;
  allowedHosts: readonly string[];
  port: number;
  /** The bearer token that each request must carry. */
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

/** The MCP server of a repository, for a server that accepts the requests. */
export async function createMcpEndpoint(directory: string): Promise<McpEndpoint> {
  const { mcpEndpoint } = await import('../mcp/transport/http.ts');
  const place = { root: directory, cwd: directory };
  return mcpEndpoint(serviceOf({ runFlags: [] }, () => undefined, place));
}
