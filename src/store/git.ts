import { execFile } from 'node:child_process';
import { EXIT, SwarmError } from '../core/swarm-error.ts';

/** How git ended, where that is part of the answer. */
interface GitEnd {
  code: number;
  stdout: string;
  stderr: string;
}

const MAX_OUTPUT_BYTES = 50_000_000;

/** Set while git runs a hook; they would lead to another repository or index than the directory's. */
const OF_OTHER_GIT = /^GIT_(?:DIR|WORK_TREE|INDEX_FILE|PREFIX|COMMON_DIR|OBJECT_DIRECTORY)$/;

/**
 * Runs git without a shell, and without the repository's hooks: what is done to worktrees here is
 * bookkeeping, no work of the user's.
 * @param env added to the environment
 */
export function askGit(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<GitEnd> {
  const kept = Object.entries(process.env).filter(([name]) => !OF_OTHER_GIT.test(name));
  const options = {
    cwd,
    env: { ...Object.fromEntries(kept), ...env },
    maxBuffer: MAX_OUTPUT_BYTES,
  };
  return new Promise((resolve, reject) => {
    execFile(
      'git',
      ['-c', 'core.hooksPath=/dev/null', ...args],
      options,
      (error, stdout, stderr) => {
        if (!error) return resolve({ code: 0, stdout, stderr });
        if (typeof error.code === 'number') return resolve({ code: error.code, stdout, stderr });
        reject(new SwarmError(`git does not run: ${error.message}`, EXIT.notCompleted));
      },
    );
  });
}

/**
 * @returns what git printed, without the last line break
 * @throws {SwarmError} with git's own words when it fails
 */
export async function runGit(
  cwd: string,
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
): Promise<string> {
  const { code, stdout, stderr } = await askGit(cwd, args, env);
  if (code === 0) return stdout.replace(/\n$/, '');
  const said = stderr.trim() || stdout.trim() || `exit code ${code}`;
  throw new SwarmError(`git ${args[0]} in ${cwd} failed: ${said}`, EXIT.notCompleted);
}
