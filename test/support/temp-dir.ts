import { execFile } from 'node:child_process';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { registerCleanUp } from './clean-up.ts';

export interface TempDir extends AsyncDisposable {
  /** Absolute, without symbolic links, as the client reports it. */
  readonly path: string;
  remove(): Promise<void>;
}

/** Makes an empty temporary directory; `remove` it, or declare it with `await using`. */
export async function makeTempDir(prefix = 'swarm-test-'): Promise<TempDir> {
  const path = await realpath(await mkdtemp(join(tmpdir(), prefix)));
  // A client that was just killed may still be writing, so removal is retried.
  const discard = (): Promise<void> =>
    rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  const forget = registerCleanUp(discard);
  const remove = async (): Promise<void> => {
    await discard();
    forget();
  };
  return { path, remove, [Symbol.asyncDispose]: remove };
}

/** Runs git in a directory with a test identity and without the configuration of the machine. */
export async function git(cwd: string, ...args: readonly string[]): Promise<string> {
  const env = {
    ...process.env,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_AUTHOR_NAME: 'Test',
    GIT_AUTHOR_EMAIL: 'test@example.invalid',
    GIT_COMMITTER_NAME: 'Test',
    GIT_COMMITTER_EMAIL: 'test@example.invalid',
  };
  const { stdout } = await promisify(execFile)('git', args, { cwd, env });
  return stdout;
}

/** Makes a temporary git repository whose branch `main` has one commit with a README. */
export async function makeTempRepo(): Promise<TempDir> {
  const dir = await makeTempDir('swarm-repo-');
  await git(dir.path, 'init', '--quiet', '--initial-branch=main');
  await writeFile(join(dir.path, 'README.md'), '# Temporary repository\n');
  await git(dir.path, 'add', '.');
  await git(dir.path, 'commit', '--quiet', '--message', 'first');
  return dir;
}
