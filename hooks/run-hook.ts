import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { HookContext, HookOutput } from '../src/app/hooks/hook-context.ts';
import { identifyProcess, isAlive } from '../src/store/client-process.ts';
import { locateRoot } from '../src/store/locate-root.ts';
import { readStdin, sleep } from './read-stdin.ts';

type Handler = (payload: Record<string, unknown>, context: HookContext) => HookOutput;

interface Hook {
  /** Whether the event can matter where no run was ever opened. */
  worksWithoutRuns: boolean;
  /** Whether a payload can be about a run; asked before anything is parsed. */
  mayConcern(payload: string, root: string): boolean;
  /** The handler, loaded only for such a payload. */
  load(): Promise<Handler>;
}

/**
 * Runs one hook: the event on stdin, the decision on stdout. Whatever goes wrong is written to
 * `.swarm/errors.log` and stderr, and the session goes on as if there were no hook.
 */
export async function runHook({ worksWithoutRuns, mayConcern, load }: Hook): Promise<void> {
  let root: string | null = null;
  try {
    root = locateRoot(process.env.CLAUDE_PROJECT_DIR ?? process.cwd());
    if (!worksWithoutRuns && !existsSync(join(root, '.swarm'))) return;
    const payload = readStdin();
    if (!mayConcern(payload, root)) return;
    const handle = await load();
    const output = handle(JSON.parse(payload), {
      root,
      isPlugin: process.env.CLAUDE_PLUGIN_ROOT !== undefined,
      now: () => new Date().toISOString(),
      sleep,
      client: identifyProcess(process.ppid),
      isAlive,
    });
    if (output) process.stdout.write(JSON.stringify(output));
  } catch (error) {
    logError(root, error);
  }
}

function logError(root: string | null, error: unknown): void {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`swarm-parallel: ${message}\n`);
  if (root === null) return;
  try {
    const line = `${new Date().toISOString()} ${message.slice(0, 2_000)}\n`;
    appendFileSync(join(root, '.swarm', 'errors.log'), line, { mode: 0o600 });
  } catch {
    // The disk may be what is wrong.
  }
}
