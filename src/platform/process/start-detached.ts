import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { APPEND_OR_CREATE } from '../regular-file.ts';

export interface DetachedStart {
  /** The script to run, absolute. */
  script: string;
  args: readonly string[];
  /** The Node to run it with, absolute; by default the one that runs this process. */
  execPath?: string;
  cwd?: string;
  env?: Readonly<Record<string, string | undefined>>;
  /** Standard output and error are appended to this file; by default they are discarded. */
  log?: string;
}

/**
 * Starts a Node script that outlives this process and belongs to no terminal. Its standard input is
 * empty.
 * @returns the process, which emits `error` if it cannot be started
 */
export function startDetached(start: DetachedStart): ChildProcess {
  const { script, args, execPath = process.execPath, cwd, env, log } = start;
  // Loaded late: most processes that could start another one do not.
  const { spawn } = process.getBuiltinModule('node:child_process');
  const output = log === undefined ? 'ignore' : openSync(log, APPEND_OR_CREATE, 0o600);
  const child = spawn(execPath, [script, ...args], {
    cwd,
    stdio: ['ignore', output, output],
    ...(env && { env: { ...env } }),
    detached: true,
  });
  if (output !== 'ignore') closeSync(output);
  child.unref();
  return child;
}
