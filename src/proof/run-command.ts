import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { CheckResult } from '../ledger/events.ts';
import { descriptorShortage } from '../platform/process/descriptor-shortage.ts';
import { exitOf } from '../platform/process/exit-of.ts';
import { killProcessTree } from '../platform/process/kill-process-tree.ts';
import { identifyProcess } from '../platform/process/process-identity.ts';
import { formatBytes, formatLimit } from '../text/format.ts';

export interface CheckCommand {
  /** A line of the shell, exactly as the author of the check wrote it. */
  command: string;
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  /** `NAME=value`, which marks all its processes. */
  envTag: string;
  /** Milliseconds. */
  timeout: number;
  /** Milliseconds since 1970. */
  now(): number;
  /** Receives the output as it comes, on stdout and stderr. */
  write(chunk: Buffer): void;
  signal: AbortSignal;
}

/** More output than any check needs fills the disk; bytes. */
const MAX_OUTPUT = 50_000_000;

type Child = ChildProcessByStdio<null, Readable, Readable>;

/**
 * Runs a command of a check in a process group and session of its own, without stdin and terminal,
 * and ends everything that it leaves running.
 * @returns how it ended; null if it was aborted
 */
export async function runCommand(check: CheckCommand): Promise<CheckResult | null> {
  const { command, now, signal } = check;
  const started = now();
  const result = (exitCode: number | null, failure: string | null): CheckResult => ({
    ...{ command, exitCode, failure },
    durationMs: Math.max(0, now() - started),
  });
  if (signal.aborted) return null;
  const child = start(check);
  if (child instanceof Error) return result(null, `it did not start: ${child.message}`);
  const ended = await superviseChild(child, check);
  if (signal.aborted) return null;
  return result(ended.exitCode, ended.failure);
}

function start({ command, cwd, env, envTag }: CheckCommand): Child | Error {
  const shortage = descriptorShortage();
  if (shortage) return shortage;
  const [name = '', ...value] = envTag.split('=');
  try {
    return spawn(command, {
      cwd,
      env: { ...env, [name]: value.join('=') },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      shell: true,
    });
  } catch (error) {
    // Some spawn errors are thrown, others are emitted as an event.
    return error as Error;
  }
}

function superviseChild(
  child: Child,
  { envTag, timeout, write, signal }: CheckCommand,
): Promise<{ exitCode: number | null; failure: string | null }> {
  const { pid } = child;
  let failure: string | null = null;
  const kill = () => {
    if (pid !== undefined) killProcessTree({ leader: identifyProcess(pid), envTag }, true);
  };
  const end = (reason: string) => {
    failure ??= reason;
    kill();
  };
  let bytes = 0;
  const take = (chunk: Buffer) => {
    const room = MAX_OUTPUT - bytes;
    if (room > 0) write(chunk.subarray(0, room));
    bytes += chunk.length;
    if (bytes > MAX_OUTPUT) end(`it printed more than ${formatBytes(MAX_OUTPUT)}`);
  };
  child.stdout?.on('data', take);
  child.stderr?.on('data', take);
  const timer = setTimeout(() => end(`it was not done after ${formatLimit(timeout)}`), timeout);
  signal.addEventListener('abort', kill);
  return new Promise((resolve) => {
    const settle = (exitCode: number | null) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', kill);
      resolve({ exitCode, failure });
    };
    child.once('error', (error) => {
      failure ??= `it did not start: ${error.message}`;
      settle(null);
    });
    void exitOf(child, kill).then(({ code, signal: by }) => {
      if (by) failure ??= `ended by ${by}`;
      settle(failure ? null : code);
    });
  });
}
