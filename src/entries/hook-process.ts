import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { userConfigDir } from '../claude/config-paths.ts';
import { isAttended } from '../claude/is-attended.ts';
import type { HookContext, HookOutput } from '../hooks/hook-context.ts';
import {
  announcePlugin,
  describeInstalledTwice,
  hasDropIn,
  isPluginAnnounced,
} from '../hooks/installed-twice.ts';
import type { HandlerName, HookRequest } from '../hooks/server/protocol.ts';
import { publishPluginRoot } from '../hooks/server/publish-plugin-root.ts';
import { askServer } from '../hooks/server/request.ts';
import { type Spool, spoolOf } from '../hooks/server/spool.ts';
import { homeDirectory } from '../platform/home-directory.ts';
import {
  identifyProcess,
  isAlive,
  type ProcessIdentity,
} from '../platform/process/process-identity.ts';
import { readStdinSync, sleepSync } from '../platform/read-stdin-sync.ts';
import { locateRoot } from '../platform/repository-paths.ts';
import { stateDirectory } from '../platform/state-directory.ts';
import { writeStdoutSync } from '../platform/write-stdout-sync.ts';
import { describeThrown, logError } from '../store/error-log.ts';
import { pluginDataDirs } from '../store/plugin-data-dirs.ts';
import type { FailedRound } from '../view/prompts/failed-check.ts';

interface Hook {
  /** Whether the event can matter in a repository that never had a run. */
  worksWithoutRuns: boolean;
  /** Whether a payload can be about a run; called before anything is parsed. */
  mayConcern(payload: string, root: string): boolean;
  /** The handler for such a payload. */
  handlerOf(payload: string): HandlerName;
}

/**
 * Runs one hook: the event on stdin, the decision on stdout. Errors are written to
 * `.swarm/errors.log` and stderr, and the session continues as if there were no hook.
 */
export async function runHook(hook: Hook): Promise<void> {
  const project = process.env.CLAUDE_PROJECT_DIR ?? process.cwd();
  let root: string | null = null;
  try {
    root = process.env.SWARM_ROOT ?? locateRoot(project);
    const isTwice = process.env.CLAUDE_PLUGIN_ROOT !== undefined && hasDropIn(project);
    if (isTwice) announce();
    if (!hook.worksWithoutRuns && !isTwice && !existsSync(join(root, '.swarm'))) return;
    const payload = readStdinSync();
    const notice = isTwice ? describeInstalledTwice(payload, project) : null;
    const output = await handle(hook, payload, root);
    if (output || notice)
      writeStdoutSync(JSON.stringify({ ...output, ...(notice ? { systemMessage: notice } : {}) }));
    for (const work of later) await work();
  } catch (error) {
    const message = describeThrown(error);
    process.stderr.write(`swarm-parallel: ${message}\n`);
    if (root !== null) logError(root, message, new Date().toISOString());
  }
}

/** What this hook does once its event is answered. */
const later: (() => Promise<void>)[] = [];

/** @returns null if the event does not concern a run, or the plugin handles it */
async function handle(
  { mayConcern, handlerOf }: Hook,
  payload: string,
  root: string,
): Promise<HookOutput> {
  if (!mayConcern(payload, root)) return null;
  const client = identifyProcess(process.ppid);
  if (standsBack(payload, client)) return null;
  const handler = handlerOf(payload);
  const spool = findSpool(client.pid);
  const installation = process.env.CLAUDE_PLUGIN_ROOT ?? '';
  const answer =
    spool &&
    askServer(
      spool,
      { installation, handler, root, client, payload },
      { pid: process.pid, clock: Date.now },
    );
  if (answer?.kind === 'failed') throw new Error(answer.message);
  const isBlind = spool !== null && answer === null;
  if (answer?.kind === 'handled') return answer.output;
  publishPluginRoot(process.env);
  const { handleInProcess } = await import('./hook-handlers.ts');
  return handleInProcess(handler, JSON.parse(payload), contextOf(root, client, isBlind));
}

/** The plugin's server announces it too, but may start later or not at all. */
function announce(): void {
  const dataDir = process.env.CLAUDE_PLUGIN_DATA;
  if (dataDir !== undefined) announcePlugin(dataDir, identifyProcess(process.ppid));
}

/** How long a drop-in waits for the plugin's announcement at the start of a session; milliseconds. */
const ANNOUNCEMENT_MS = 500;
const LOOK_MS = 20;

/** Whether this is a drop-in in a session whose events the plugin handles. */
function standsBack(payload: string, client: ProcessIdentity): boolean {
  if (process.env.CLAUDE_PLUGIN_ROOT !== undefined) return false;
  const dataDirs = pluginDataDirs(userConfigDir(process.env));
  if (dataDirs.length === 0) return false;
  // The hooks of a session's start run at the same time.
  const isStart = payload.includes('"hook_event_name":"SessionStart"');
  for (let waited = 0; !isPluginAnnounced(dataDirs, client); waited += LOOK_MS) {
    if (!isStart || waited >= ANNOUNCEMENT_MS) return false;
    sleepSync(LOOK_MS);
  }
  return true;
}

/** @returns null if the plugin has no server, for example when copied into `.claude` */
function findSpool(client: number): Spool | null {
  const dataDir = process.env.CLAUDE_PLUGIN_DATA;
  return dataDir === undefined ? null : spoolOf(dataDir, client);
}

function contextOf(
  root: string,
  client: HookRequest['client'],
  isBlind: boolean,
): Omit<HookContext, 'load'> {
  const worker = process.env.SWARM_ATTEMPT ?? null;
  return {
    root,
    isPlugin: process.env.CLAUDE_PLUGIN_ROOT !== undefined,
    isBlind,
    now: () => new Date().toISOString(),
    afterwards: (work) => void later.push(work),
    verify: (run, attempt, cwd) => verifyInProcess(run.paths.run, attempt, { cwd, client }),
    sleep: sleepSync,
    client,
    isAlive,
    worker,
    caller: worker === null ? { kind: 'client' } : { kind: 'worker', attempt: worker },
    notify: async (paths) => (await import('../notify/spawn-notifier.ts')).spawnNotifier(paths),
    isAttended: isAttended(process.env),
    transcripts: join(userConfigDir(process.env), 'projects'),
    home: homeDirectory(),
    stateDir: stateDirectory(process.env),
  };
}

/** More output of `swarm verify` than it ever prints; bytes. */
const MAX_ANSWER = 10_000_000;

/** Runs checks in a process of their own, which ends when the client is gone. */
function verifyInProcess(
  run: string,
  attempt: string | null,
  { cwd, client }: { cwd: string; client: ProcessIdentity },
): FailedRound | null {
  const cli = join(__dirname, 'cli.cjs');
  const args = [cli, 'verify', run, attempt ?? '', String(client.pid)];
  const { stdout } = spawnSync(process.execPath, args, {
    cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: MAX_ANSWER,
    encoding: 'utf8',
  });
  return stdout.trim() === '' ? null : JSON.parse(stdout);
}
