import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type {
  QueueOperations,
  ServedWorker,
  WorkerCeiling,
  WorkerName,
  WorkerServeOptions,
} from '../cli/machines/worker-program.ts';
import { QUEUE_SECRET_VARIABLE, QUEUE_URL_VARIABLE } from '../config/queue-variables.ts';
import { findHookBlock, readSettingsFiles } from '../doctor/client-settings.ts';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { cacheDirectory } from '../platform/cache-directory.ts';
import { homeDirectory } from '../platform/home-directory.ts';
import { signalIfAlive } from '../platform/process/kill-process-tree.ts';
import {
  identifyProcess,
  isAlive,
  type ProcessIdentity,
} from '../platform/process/process-identity.ts';
import {
  findServiceManager,
  installService,
  uninstallService,
} from '../platform/service/install-service.ts';
import type { ServiceUnit, ServiceUser } from '../platform/service/service-unit.ts';
import { stateDirectory } from '../platform/state-directory.ts';
import { urlWithoutPassword } from '../platform/url-without-password.ts';
import { operateQueue } from '../queue/engine/operate-queue.ts';
import type { WorkerQueue } from '../queue/engine/port.ts';
import { connectWorkerQueue } from '../queue/engine/worker-queue.ts';
import { queueSecret, urlWithPassword } from '../queue/queue-access.ts';
import { type Ceiling, splitRules } from '../queue/work/ceiling.ts';
import { parsePools } from '../queue/work/machine/parse-pools.ts';
import { recoverPlaces } from '../queue/work/machine/recover-places.ts';
import { listWorkers } from '../queue/work/machine/running-workers.ts';
import { startMachine } from '../queue/work/machine/start-machine.ts';
import { tellLost } from '../queue/work/machine/tell-lost.ts';
import { type WorkerPaths, workerPaths } from '../queue/work/machine/worker-paths.ts';
import {
  environmentFile,
  planWorkerService as planWorkerUnit,
  writeEnvironmentFile,
} from '../queue/work/machine/worker-service.ts';
import type { Host } from '../store/host.ts';
import { loadRun } from '../store/run-handle.ts';

/** The process of a worker: its clock, its environment and its guard. */

const packageRoot = join(__dirname, '..');
const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
const now = () => new Date().toISOString();

/** @param root what commands look for runs in; a worker has one run for each clone */
function hostOf(root: string): Host {
  return {
    root,
    caller: { kind: 'person' },
    stateDir: stateDirectory(process.env),
    isPlugin: true,
    now,
    isAlive,
    load: loadRun,
    // The supervisor notifies.
    notify: () => {},
  };
}

/** @throws {SwarmError} if there is none */
function readUrl(given: string | undefined): string {
  const url = given ?? process.env[QUEUE_URL_VARIABLE];
  if (url) return urlWithPassword(url, process.env);
  throw new SwarmError(
    `no queue: name it with --queue or in ${QUEUE_URL_VARIABLE}, such as rediss://user:password@redis.example:6379`,
    EXIT.badInput,
  );
}

function pathsOf(directory: string | undefined): WorkerPaths {
  const path = directory ? resolve(directory) : join(cacheDirectory(process.env), 'worker');
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return workerPaths(realpathSync(path));
}

function ceilingOf({ model, allowedTools, ...rest }: WorkerCeiling): Ceiling {
  return {
    models: (model ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean),
    permissionMode: rest.permissionMode ?? null,
    allowedTools: splitRules(allowedTools ?? ''),
    budgetUsd: rest.budgetUsd ?? null,
    checks: rest.allowChecks,
  };
}

/**
 * Serves pools of a queue until it is drained.
 * @throws {SwarmError} if the queue cannot be reached, or an option is wrong
 */
export async function serveWorker(options: WorkerServeOptions): Promise<ServedWorker> {
  const { name = hostname(), warn, client, pluginDir, hookScript, listen } = options;
  const secret = queueSecret(process.env);
  const url = readUrl(options.url);
  const pools = parsePools(options.pools);
  const paths = pathsOf(options.directory);
  const queue = await connectWorkerQueue(url, now);
  for (const problem of await queue.problems()) warn(`the queue's server: ${problem}`);
  const machine = await startMachine({
    ...{ queue, secret, name, version, pools, paths, listen, client, pluginDir, hookScript },
    ceiling: ceilingOf(options.ceiling),
    host: hostOf(paths.directory),
    process: identifyProcess(process.pid),
    env: process.env,
    startGuard: () => startGuard(paths, url),
    explainHookBlock,
    onNote: warn,
    onFault: (error) => warn(error instanceof Error ? (error.stack ?? error.message) : `${error}`),
    onProgress: ({ run, task, attempt, pool }, outcome) =>
      options.onProgress({ run, task, attempt, pool, outcome }),
  });
  return {
    ...{ name, pools, url: machine.url, queue: urlWithoutPassword(url), ended: machine.ended },
    ...{ drain: machine.drain, giveBack: machine.giveBack },
    busy: () => Object.values(machine.facts().busy).reduce((sum, one) => sum + one, 0),
  };
}

function explainHookBlock(directory: string): string | null {
  const block = findHookBlock(readSettingsFiles(directory, process.env));
  if (block === null) return null;
  const { file, setting, effect } = block;
  const where = file.startsWith(directory)
    ? `${relative(directory, file)} of the repository`
    : file;
  return `hooks would not run, because ${where} ${effect} ("${setting}"), so no irreversible command would be held`;
}

/**
 * Starts a process that sleeps until this one is gone, however it ends, and then cleans up after it.
 * @returns how to end it
 */
function startGuard({ directory }: WorkerPaths, url: string): () => Promise<void> {
  const guard = join(packageRoot, 'dist', 'guard.cjs');
  const child = spawn(process.execPath, [guard, 'worker-guard', directory, String(process.pid)], {
    cwd: directory,
    env: { ...process.env, [QUEUE_URL_VARIABLE]: url },
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  const ended = new Promise<void>((done) => {
    child.once('exit', () => done()).once('error', () => done());
  });
  child.stdin.on('error', () => {});
  return () => {
    child.stdin.end('released');
    return ended;
  };
}

/** The supervisor hears of a killed worker by itself, only later; milliseconds. */
const TELL_MS = 30_000;

/**
 * Cleans up after a worker that was killed: ends the clients that it left, tells their supervisors and
 * removes the clones.
 * @param pid of the worker, whose process the system may still list
 */
export async function recoverWorker(directory: string, pid: number): Promise<void> {
  const { places } = workerPaths(directory);
  const alive = (known: ProcessIdentity) => known.pid !== pid && isAlive(known);
  let connected: Promise<WorkerQueue> | undefined;
  const connect = () => {
    connected ??= connectWorkerQueue(readUrl(undefined), now);
    return connected;
  };
  await recoverPlaces((worker) => !alive(worker), {
    places,
    host: { ...hostOf(directory), isAlive: alive },
    async tellLost(record) {
      const telling = tellLost(record, {
        queue: await connect(),
        secret: queueSecret(process.env),
      });
      await Promise.race([telling, wait(TELL_MS, undefined, { ref: false })]);
    },
    onFault: () => {},
  });
  const queue = await connected?.catch(() => null);
  await queue?.close();
}

/** Asks the workers that run on this machine to take nothing new. @returns what they are */
export function drainWorkers(directory: string | undefined): WorkerName[] {
  return listWorkers(pathsOf(directory), isAlive).map(({ process: { pid }, name }) => {
    signalIfAlive(pid, 'SIGTERM');
    return { pid, name };
  });
}

const LOOK_MS = 500;

/** Resolves when all of them have ended. */
export async function awaitEnd(workers: readonly WorkerName[]): Promise<void> {
  const known = workers.map(({ pid }) => identifyProcess(pid));
  while (known.some(isAlive)) await wait(LOOK_MS);
}

/**
 * The service that `swarm worker --install` installs.
 * @param options of the worker
 * @throws {SwarmError} if this machine starts no services for its users
 */
export async function planWorkerService(options: readonly string[]): Promise<ServiceUnit> {
  const manager = await findServiceManager(process.platform, process.env);
  const args = [join(packageRoot, 'bin', 'swarm'), 'worker', ...options];
  const path = process.env.PATH ?? '';
  const command = { execPath: process.execPath, args, cwd: homeDirectory(), path };
  return planWorkerUnit(manager, command, serviceUser());
}

function serviceUser(): ServiceUser {
  const configHome = process.env.XDG_CONFIG_HOME;
  return { home: homeDirectory(), uid: process.getuid?.() ?? 0, configHome };
}

/** Installs it. @returns the file that has the secrets */
export async function installWorkerService(
  unit: ServiceUnit,
  url: string | undefined,
): Promise<string> {
  const file = environmentFile(serviceUser());
  writeEnvironmentFile(file, {
    [QUEUE_URL_VARIABLE]: readUrl(url),
    [QUEUE_SECRET_VARIABLE]: queueSecret(process.env),
  });
  await installService(unit, process.env);
  return file;
}

/** Removes it. @returns whether there was one */
export function uninstallWorkerService(unit: ServiceUnit): Promise<boolean> {
  return uninstallService(unit, process.env);
}

/** What the person who runs a queue does with it. @throws {SwarmError} if nothing answers there */
export async function operate(given: string | undefined): Promise<QueueOperations> {
  const url = readUrl(given);
  const operator = await operateQueue(url);
  return {
    ...operator,
    status: async () => ({ url: urlWithoutPassword(url), ...(await operator.status()) }),
  };
}
