import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { newWorkerStream, readStreamLine, type WorkerStream } from '../../claude/stream-json.ts';
import { ATTEMPT_VARIABLE } from '../../claude/worker-variables.ts';
import { descriptorShortage } from '../../platform/process/descriptor-shortage.ts';
import { exitOf } from '../../platform/process/exit-of.ts';
import {
  killProcessTree,
  signalGroup,
  signalIfAlive,
} from '../../platform/process/kill-process-tree.ts';
import type { ProcessIdentity } from '../../platform/process/process-identity.ts';
import { identifyProcess } from '../../platform/process/process-identity.ts';
import type { WorkerExit } from './worker-outcome.ts';

export interface WorkerStart {
  attempt: string;
  /** The client's program, absolute. */
  client: string;
  args: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  prompt: string;
  /** Of an earlier process of its session, to continue the counts. */
  earlier?: WorkerStream;
  /** Called when the stream has new information. */
  onStream(stream: WorkerStream): void;
}

export interface RunningWorker {
  /** Null if it did not start; then `ended` says why. */
  process: ProcessIdentity | null;
  /** Resolves when the worker has ended and the processes that it left have been killed. */
  ended: Promise<WorkerExit>;
  /**
   * Sends SIGTERM, and after `grace` milliseconds kills it and all processes that it started.
   * @param isForGood whether its session will never be resumed. Then it first gets SIGINT, so that
   *   it reports its cost; the client records that in the session as an interruption by the person,
   *   which would mislead a resumed agent
   */
  stop(grace: number, isForGood: boolean): void;
  /** Kills it and all processes that it started, at once. */
  kill(): void;
}

/** Starts a client process as the leader of its own process group. */
export function startWorker(start: WorkerStart): RunningWorker {
  const shortage = descriptorShortage();
  if (shortage) return neverStarted(Promise.resolve(shortage));
  let child: ChildProcessWithoutNullStreams;
  try {
    child = spawn(start.client, start.args, {
      cwd: start.cwd,
      env: start.env,
      stdio: 'pipe',
      detached: true,
    });
  } catch (error) {
    // Some spawn errors are thrown, others are emitted as an event.
    return neverStarted(Promise.resolve(error));
  }
  const { pid } = child;
  if (pid === undefined) {
    return neverStarted(new Promise((resolve) => child.once('error', resolve)));
  }
  const stream = newWorkerStream(start.earlier);
  const stderr = keepTail(child.stderr);
  readLines(child.stdout, (line) => {
    if (readStreamLine(stream, line)) start.onStream(stream);
  });
  // A client that has already exited does not read its prompt.
  child.stdin.on('error', () => {});
  child.stdin.end(start.prompt);

  const known = identifyProcess(pid);
  const envTag = `${ATTEMPT_VARIABLE}=${start.attempt}`;
  // A group that has just lost its leader is still ours: ids are not reused that fast.
  const kill = () => killProcessTree({ leader: known, envTag }, true);
  let asking: NodeJS.Timeout | undefined;
  let killing: NodeJS.Timeout | undefined;
  let hasExited = false;
  const ended = exitOf(child, () => {
    hasExited = true;
    clearTimeout(asking);
    clearTimeout(killing);
    kill();
  }).then((exit) => ({ ...exit, spawnError: null, stderr: stderr(), stream }));
  return {
    process: known,
    ended,
    stop(grace, isForGood) {
      if (hasExited || killing) return;
      const ask = () => signalGroup(pid, 'SIGTERM');
      if (isForGood) {
        signalIfAlive(pid, 'SIGINT');
        asking = setTimeout(ask, LAST_WORD_MS);
      } else ask();
      killing = setTimeout(kill, grace);
    },
    kill() {
      if (!hasExited) kill();
    },
  };
}

/** A worker that could not be started. @param failure resolves with the reason */
function neverStarted(failure: Promise<unknown>): RunningWorker {
  const ended = failure.then((error) => ({
    code: null,
    signal: null,
    spawnError: error instanceof Error ? error.message : String(error),
    stderr: '',
    stream: newWorkerStream(),
  }));
  return { process: null, ended, stop() {}, kill() {} };
}

/** Time between SIGINT and SIGTERM; the client takes 0.1 s to report its cost; milliseconds. */
const LAST_WORD_MS = 2_000;

/** Longer lines are not from the client; characters. */
const LONGEST_LINE = 32_000_000;

function readLines(
  input: ChildProcessWithoutNullStreams['stdout'],
  onLine: (line: string) => void,
): void {
  let rest: string[] = [];
  let length = 0;
  input.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = chunk.split('\n');
    const last = lines.pop() ?? '';
    for (const line of lines) {
      if (length <= LONGEST_LINE) onLine(rest.join('') + line);
      rest = [];
      length = 0;
    }
    length += last.length;
    if (length <= LONGEST_LINE) rest.push(last);
    else rest = [];
  });
}

const TAIL = 4_000;

/** @returns a function that returns the last part of the output so far */
function keepTail(input: ChildProcessWithoutNullStreams['stderr']): () => string {
  let tail = '';
  input.setEncoding('utf8').on('data', (chunk: string) => {
    tail = (tail + chunk).slice(-TAIL);
  });
  return () => tail;
}
