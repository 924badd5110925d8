import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import type { HubServeOptions } from '../cli/commands/serve.ts';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { superviseWith } from '../hub/firings/supervise-run.ts';
import { findHub } from '../hub/service/hub-lock.ts';
import { findHubToken, HUB_TOKEN_VARIABLE, readHubToken } from '../hub/service/hub-token.ts';
import { type HubProcess, startHub } from '../hub/service/start-hub.ts';
import { openTriggerCommands, type TriggerCommands } from '../hub/trigger-commands.ts';
import type { McpEndpoint } from '../mcp/transport/http.ts';
import { spawnNotifier } from '../notify/spawn-notifier.ts';
import { identifyProcess, isAlive } from '../platform/process-identity.ts';
import { locateRoot } from '../platform/repository-paths.ts';
import { stateDirectory } from '../platform/state-directory.ts';
import type { Host } from '../store/host.ts';
import { loadRun } from '../store/run-handle.ts';
import type { SupervisorProgram } from '../supervisor/spawn-supervisor.ts';

/** The hub's process: its clock, its signals and its environment. */

const packageRoot = join(__dirname, '..');
const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
const stateDir = stateDirectory(process.env);
const isPlugin = existsSync(join(packageRoot, '.claude-plugin', 'plugin.json'));
const now = () => new Date().toISOString();
const ownRoot = () => process.env.SWARM_ROOT ?? locateRoot(process.cwd());

function hostOf(root: string): Host {
  return {
    root,
    caller: { kind: 'hub', by: 'the hub' },
    stateDir,
    isPlugin,
    now,
    isAlive,
    load: loadRun,
    notify: spawnNotifier,
  };
}

/** Agents of runs must not be able to decide for a person. */
const ENV_OF_RUNS = {
  ...process.env,
  [HUB_TOKEN_VARIABLE]: undefined,
  CLAUDE_CODE_SESSION_ID: undefined,
};

/** The repositories to serve. @throws {SwarmError} if one does not exist */
function rootsOf(repositories: readonly string[]): string[] {
  const named = repositories.map((directory) => {
    const path = resolve(directory);
    if (existsSync(path)) return locateRoot(path);
    throw new SwarmError(`--repo: there is no directory ${path}`, EXIT.badInput);
  });
  const own = ownRoot();
  const isProject = ['.git', '.swarm'].some((name) => existsSync(join(own, name)));
  return [...new Set(isProject || named.length === 0 ? [own, ...named] : named)];
}

/** The MCP server is loaded with the first request for it. */
function mcpOf(root: string): (request: Request) => Promise<Response> {
  let endpoint: Promise<McpEndpoint> | null = null;
  return async (request) => {
    endpoint ??= import('./mcp-server.ts').then((server) => server.createMcpEndpoint(root));
    return (await endpoint).answer(request);
  };
}

async function findClient(root: string): Promise<string> {
  const { findClaude } = await import('../supervisor/find-claude.ts');
  return findClaude({ cwd: root, env: process.env });
}

function programOf(root: string): SupervisorProgram {
  const cli = join(packageRoot, 'bin', 'swarm');
  return { cwd: root, execPath: process.execPath, cli, env: ENV_OF_RUNS };
}

function processOf(roots: readonly string[], warn: (text: string) => void): HubProcess {
  const [first = ownRoot()] = roots;
  return {
    id: randomUUID(),
    version,
    process: identifyProcess(process.pid),
    machine: hostname(),
    roots,
    hostOf,
    programOf,
    elapsedMs: () => performance.now(),
    findClient: () => findClient(first),
    mcp: mcpOf(first),
    locateAsset: (name) => join(__dirname, name),
    onNote: warn,
    onFault: (error) => warn(error instanceof Error ? (error.stack ?? error.message) : `${error}`),
  };
}

/** Serves until a signal ends it. */
export async function serve(options: HubServeOptions) {
  const token = readHubToken(process.env, stateDir);
  const self = processOf(rootsOf(options.repositories), options.warn);
  const hub = await startHub({ ...options, token: token.value }, self);
  let isEnding = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // A second signal ends it at once.
      if (isEnding) process.exit(EXIT.interrupted);
      isEnding = true;
      void hub.close().finally(() => process.exit(EXIT.done));
    });
  }
  return { url: hub.url, token };
}

/** @throws {SwarmError} if no hub serves this repository */
export function findLink(): string {
  const root = ownRoot();
  const hub = findHub(root, { stateDir, isAlive });
  const token = findHubToken(process.env, stateDir);
  if (!hub?.url || token === null) {
    throw new SwarmError(`no hub serves ${root}; start one with swarm serve`, EXIT.notFound);
  }
  return `${hub.url}/login?token=${encodeURIComponent(token)}`;
}

/**
 * The triggers of a repository, for commands.
 * @param locateClient finds the client, or says what keeps it from running
 */
export function openTriggers(root: string, locateClient: () => Promise<string>): TriggerCommands {
  return openTriggerCommands({
    host: hostOf(root),
    env: process.env,
    process: identifyProcess(process.pid),
    hasHub: () => findHub(root, { stateDir, isAlive }) !== null,
    findClient: locateClient,
    supervise: superviseWith(programOf(root)),
  });
}
