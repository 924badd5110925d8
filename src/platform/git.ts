import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { isLocalGitVariable } from './git-environment.ts';
import { descriptorShortage } from './process/descriptor-shortage.ts';
import { signalGroup } from './process/kill-process-tree.ts';

interface GitResult {
  code: number;
  stdout: string;
  stderr: string;
}

export interface GitOptions {
  /** Added to the environment. */
  env?: Readonly<Record<string, string>>;
  /** Terminates git and the processes that it has started. */
  signal?: AbortSignal;
  /** What git reads from stdin; nothing by default. */
  input?: string;
}

/** How long git may take to exit after SIGTERM, in milliseconds. */
const GRACE_MS = 5_000;

/**
 * Runs git without a shell and without the hooks of the repository, because changes to worktrees
 * are bookkeeping and not the user's work. It leads its own process group, so Ctrl-C does not reach
 * it.
 * @param cwd the top directory of a working tree
 * @returns the exit code, which may be other than 0, and the output
 * @throws {SwarmError} when git cannot be started or is killed by a signal
 */
export function git(
  cwd: string,
  args: readonly string[],
  { env, signal, input }: GitOptions = {},
): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const fail = (message: string) => reject(new SwarmError(message, EXIT.notCompleted));
    if (signal?.aborted) return fail(`git ${args[0]} was not started`);
    const shortage = descriptorShortage();
    if (shortage) return fail(`cannot run git in ${cwd}: ${shortage.message}`);
    const child = spawn('git', ['-c', 'core.hooksPath=/dev/null', ...args], {
      cwd,
      env: { ...environmentFor(cwd), ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    // Git may end before it has read everything.
    child.stdin.on('error', () => {}).end(input);
    let killing: NodeJS.Timeout | undefined;
    const terminate = () => {
      const { pid } = child;
      if (pid === undefined) return;
      signalGroup(pid, 'SIGTERM');
      killing = setTimeout(() => signalGroup(pid, 'SIGKILL'), GRACE_MS);
    };
    signal?.addEventListener('abort', terminate);
    const [stdout, stderr] = [child.stdout, child.stderr].map(collect);
    child.once('error', ({ message }) => fail(`cannot run git in ${cwd}: ${message}`));
    child.once('close', (code, by) => {
      signal?.removeEventListener('abort', terminate);
      clearTimeout(killing);
      if (code === null) fail(`git ${args[0]} in ${cwd} was killed by ${by}`);
      else resolve({ code, stdout: stdout?.() ?? '', stderr: stderr?.() ?? '' });
    });
  });
}

/** Makes git use the repository that begins in `cwd`: none above it, and none of a calling git. */
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
 * Runs git like {@link git}, but treats every exit code other than 0 as an error.
 * @returns stdout without the last line break
 * @throws {SwarmError} with git's own message
 */
export async function gitOrThrow(
  cwd: string,
  args: readonly string[],
  options?: GitOptions,
): Promise<string> {
  const { code, stdout, stderr } = await git(cwd, args, options);
  if (code === 0) return stdout.replace(/\n$/, '');
  const message = stderr.trim() || stdout.trim() || `exit code ${code}`;
  throw new SwarmError(`git ${args[0]} in ${cwd} failed: ${message}`, EXIT.notCompleted);
}
