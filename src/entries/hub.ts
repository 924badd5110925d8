import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { userConfigDir } from '../claude/config-paths.ts';
import type { HubServeOptions, HubServiceOptions } from '../cli/hub-program.ts';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { superviseWith } from '../hub/firings/supervise-run.ts';
import { findHub } from '../hub/service/hub-lock.ts';
import { findHubToken, HUB_TOKEN_VARIABLE, readHubToken } from '../hub/service/hub-token.ts';
import { type HubProcess, startHub } from '../hub/service/start-hub.ts';
import { openTriggerCommands, type TriggerCommands } from '../hub/trigger-commands.ts';
import type { McpEndpoint } from '../mcp/transport/http.ts';
import { isTraced } from '../notify/is-traced.ts';
import { spawnNotifier } from '../notify/spawn-notifier.ts';
import { homeDirectory } from '../platform/home-directory.ts';
import { identifyProcess, isAlive } from '../platform/process/process-identity.ts';
import { locateRoot } from '../platform/repository-paths.ts';
import {
  findServiceManager,
  installService,
  uninstallService,
} from '../platform/service/install-service.ts';
import { planServiceUnit, type ServiceUnit } from '../platform/service/service-unit.ts';
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
    isTraced: isTraced(process.env),
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

/** The MCP server of a repository is loaded with the first request for it. */
function answerMcp(): (request: Request, root: string) => Promise<Response> {
  const endpoints = new Map<string, Promise<McpEndpoint>>();
  return async (request, root) => {
    const endpoint =
      endpoints.get(root) ??
      import('./mcp-service.ts').then((server) => server.createMcpEndpoint(root));
    endpoints.set(root, endpoint);
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
    clientDir: userConfigDir(process.env),
    elapsedMs: () => performance.now(),
    findClient: () => findClient(first),
    mcp: answerMcp(),
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

const HUB_SERVICE = {
  name: 'hub',
  description: 'swarm hub: live page, schedules and webhooks',
};

/**
 * The service that `swarm serve --install` installs.
 * @throws {SwarmError} if this machine starts no services for its users
 */
export async function planService(options: HubServiceOptions): Promise<ServiceUnit> {
  const manager = await findServiceManager(process.platform, process.env);
  const repositories = rootsOf(options.repositories);
  const args = [
    ...[join(packageRoot, 'bin', 'swarm'), 'serve', `--port=${options.port}`],
    `--host=${options.host}`,
    ...options.allowedHosts.map((name) => `--allow-host=${name}`),
    ...repositories.map((root) => `--repo=${root}`),
  ];
  const [cwd = ownRoot()] = repositories;
  const command = { execPath: process.execPath, args, cwd, path: process.env.PATH ?? '' };
  const home = homeDirectory();
  const uid = process.getuid?.() ?? 0;
  const user = { home, uid, configHome: process.env.XDG_CONFIG_HOME };
  return planServiceUnit(manager, HUB_SERVICE, command, user);
}

/** Installs it. @returns the link that signs a browser in; null if the token is in the environment */
export async function install(unit: ServiceUnit, port: number): Promise<string | null> {
  // The service must not print the token, because its output is kept in a log.
  const token = readHubToken({ ...process.env, [HUB_TOKEN_VARIABLE]: undefined }, stateDir);
  await installService(unit, process.env);
  return port === 0 ? null : linkTo(`http://127.0.0.1:${port}`, token.value);
}

/** Removes it. @returns whether there was one */
export function uninstall(unit: ServiceUnit): Promise<boolean> {
  return uninstallService(unit, process.env);
}

/** @throws {SwarmError} if no hub serves this repository */
export function findLink(): string {
  const root = ownRoot();
  const hub = findHub(root, { stateDir, isAlive });
  const token = findHubToken(process.env, stateDir);
  if (!hub?.url || token === null) {
    throw new SwarmError(`no hub serves ${root}; start one with swarm serve`, EXIT.notFound);
  }
  return linkTo(hub.url, token);
}

function linkTo(url: string, token: string): string {
  return `${url}/login?token=${encodeURIComponent(token)}`;
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
