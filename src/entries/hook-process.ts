import { existsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { isAttended } from '../claude/is-attended.ts';
import type { HookContext } from '../hooks/hook-context.ts';
import type { InProcessHandler } from '../hooks/in-process.ts';
import type { HandlerName, HookRequest } from '../hooks/server/protocol.ts';
import { askServer } from '../hooks/server/request.ts';
import { type Spool, spoolOf } from '../hooks/server/spool.ts';
import { homeDirectory } from '../platform/home-directory.ts';
import { identifyProcess, isAlive } from '../platform/process-identity.ts';
import { readStdinSync, sleepSync } from '../platform/read-stdin-sync.ts';
import { locateRoot } from '../platform/repository-paths.ts';
import { describeThrown, logError } from '../store/error-log.ts';

interface Hook {
  /** Whether the event can matter in a repository that never had a run. */
  worksWithoutRuns: boolean;
  /** Whether a payload can be about a run; called before anything is parsed. */
  mayConcern(payload: string, root: string): boolean;
  /** The handler for such a payload. */
  handlerOf(payload: string): HandlerName;
  /** Loads a handler if the plugin's server does not answer. */
  load(name: HandlerName): Promise<InProcessHandler>;
}

/**
 * Runs one hook: the event on stdin, the decision on stdout. Errors are written to
 * `.swarm/errors.log` and stderr, and the session continues as if there were no hook.
 */
export async function runHook({
  worksWithoutRuns,
  mayConcern,
  handlerOf,
  load,
}: Hook): Promise<void> {
  let root: string | null = null;
  try {
    root = process.env.SWARM_ROOT ?? locateRoot(process.env.CLAUDE_PROJECT_DIR ?? process.cwd());
    if (!worksWithoutRuns && !existsSync(join(root, '.swarm'))) return;
    const payload = readStdinSync();
    if (!mayConcern(payload, root)) return;
    const client = identifyProcess(process.ppid);
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
    const output =
      answer?.kind === 'handled'
        ? answer.output
        : (await load(handler))(JSON.parse(payload), contextOf(root, client, isBlind));
    if (output) writeAll(JSON.stringify(output));
  } catch (error) {
    const message = describeThrown(error);
    process.stderr.write(`swarm-parallel: ${message}\n`);
    if (root !== null) logError(root, message, new Date().toISOString());
  }
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
    sleep: sleepSync,
    client,
    isAlive,
    worker,
    caller: worker === null ? { kind: 'client' } : { kind: 'worker', attempt: worker },
    notify: async (paths) => (await import('../notify/spawn-notifier.ts')).spawnNotifier(paths),
    isAttended: isAttended(process.env),
    home: homeDirectory(),
  };
}

/** Writes to stdout without opening its stream, which would take longer than the rest. */
function writeAll(text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      // A non-blocking pipe with a slower reader.
      sleepSync(2);
    }
  }
}
