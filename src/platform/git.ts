import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { isLocalGitVariable } from './git-environment.ts';
import { signalGroup } from './kill-process-tree.ts';

/** How git ended, where that is part of the answer. */
interface GitResult {
  code: number;
  stdout: string;
  stderr: string;
}

export interface GitOptions {
  /** Added to the environment. */
  env?: Readonly<Record<string, string>>;
  /** Ends git, and what it has started. */
  signal?: AbortSignal;
}

/** How long git may take to end when it is asked to; milliseconds. */
const GRACE_MS = 5_000;

/**
 * Runs git without a shell, and without the repository's hooks: what is done to worktrees here is
 * bookkeeping, no work of the user's. It leads a group of its own, so Ctrl-C does not reach it.
 * @param cwd where a working tree begins
 * @throws {SwarmError} when it does not run to its end
 */
export function git(
  cwd: string,
  args: readonly string[],
  { env, signal }: GitOptions = {},
): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new SwarmError(why, EXIT.notCompleted));
    if (signal?.aborted) return fail(`git ${args[0]} was not started`);
    const child = spawn('git', ['-c', 'core.hooksPath=/dev/null', ...args], {
      cwd,
      env: { ...environmentFor(cwd), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let killing: NodeJS.Timeout | undefined;
    const end = () => {
      const { pid } = child;
      if (pid === undefined) return;
      signalGroup(pid, 'SIGTERM');
      killing = setTimeout(() => signalGroup(pid, 'SIGKILL'), GRACE_MS);
    };
    signal?.addEventListener('abort', end);
    const [stdout, stderr] = [child.stdout, child.stderr].map(collect);
    child.once('error', ({ message }) => fail(`git does not run in ${cwd}: ${message}`));
    child.once('close', (code, by) => {
      signal?.removeEventListener('abort', end);
      clearTimeout(killing);
      if (code === null) fail(`git ${args[0]} in ${cwd} was ended by ${by}`);
      else resolve({ code, stdout: stdout?.() ?? '', stderr: stderr?.() ?? '' });
    });
  });
}

/** Not that of a git around this process; and no repository but the one that begins there. */
function environmentFor(cwd: string): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(([name]) => !isLocalGitVariable(name));
  return { ...Object.fromEntries(kept), GIT_CEILING_DIRECTORIES: dirname(cwd) };
}

function collect(input: NodeJS.ReadableStream | null): () => string {
  const parts: string[] = [];
  input?.setEncoding('utf8').on('data', (part: string) => void parts.push(part));
  return () => parts.join('');
}

/**
 * @returns what git printed, without the last line break
 * @throws {SwarmError} with git's own words when it fails
 */
export async function gitOrThrow(
  cwd: string,
  args: readonly string[],
  options?: GitOptions,
): Promise<string> {
  const { code, stdout, stderr } = await git(cwd, args, options);
  if (code === 0) return stdout.replace(/\n$/, '');
  const said = stderr.trim() || stdout.trim() || `exit code ${code}`;
  throw new SwarmError(`git ${args[0]} in ${cwd} failed: ${said}`, EXIT.notCompleted);
}
