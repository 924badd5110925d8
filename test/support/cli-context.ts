import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { CliContext } from '../../src/cli/cli-context.ts';
import { createProgram, type LateEntries } from '../../src/cli/program.ts';
import { EXIT, SwarmError } from '../../src/errors/swarm-error.ts';
import { describeError } from '../../src/view/terminal/describe-error.ts';
import { makeHost } from './host.ts';

const PACKAGE_ROOT = join(import.meta.dirname, '../..');

export interface CliAnswer {
  /** The output to stdout and to stderr. */
  stdout: string;
  stderr: string;
  exitCode: number;
}

/** A context of the command line that starts nothing and prints nothing. */
export function fakeCliContext(overrides: Partial<CliContext> = {}): CliContext {
  const stream = () => Object.assign(new PassThrough(), { isTTY: false });
  const cwd = overrides.cwd ?? PACKAGE_ROOT;
  return {
    packageRoot: PACKAGE_ROOT,
    isPlugin: true,
    cwd,
    env: {},
    session: null,
    process: {
      pid: process.pid,
      execPath: process.execPath,
      nodeVersion: process.versions.node,
      parentPid: () => process.ppid,
      onSignal: () => {},
      setExitCode: () => {},
      exit: (code) => {
        throw new Error(`the command wanted to exit with ${code}`);
      },
    },
    stdin: stream(),
    // Commands use only the methods that both kinds of stream have.
    stdout: stream() as unknown as NodeJS.WriteStream,
    stderr: stream() as unknown as NodeJS.WriteStream,
    root: () => cwd,
    host: () => Promise.resolve(makeHost(cwd)),
    queue: () => Promise.reject(new Error('no queue is opened in a unit test')),
    now: () => new Date().toISOString(),
    elapsedMs: () => performance.now(),
    readStdin: () => Buffer.alloc(0),
    print: () => {},
    printError: () => {},
    warn: () => {},
    ...overrides,
  };
}

/** In a unit test no server is started. */
export const NO_ENTRIES: LateEntries = {
  mcpServer: () => Promise.reject(new Error('no server is served in a unit test')),
  hub: () => Promise.reject(new Error('no hub is started in a unit test')),
  triggers: () => Promise.reject(new Error('no triggers are read in a unit test')),
};

/** Calls a command of the command line within this process. */
export async function callCli(
  args: readonly string[],
  overrides: Partial<CliContext> = {},
): Promise<CliAnswer> {
  const out: string[] = [];
  const err: string[] = [];
  let exitCode: number = EXIT.done;
  const context = fakeCliContext({
    print: (text) => void out.push(text),
    printError: (text) => void err.push(text),
    warn: (text) => void err.push(text),
    ...overrides,
  });
  const setExitCode = (code: number) => {
    exitCode = code;
  };
  const program = createProgram(
    { ...context, process: { ...context.process, setExitCode } },
    '0.0.0',
    NO_ENTRIES,
  );
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof SwarmError)) throw error;
    err.push(describeError(error));
    exitCode = error.exitCode;
  }
  return { stdout: out.join('\n'), stderr: err.join('\n'), exitCode };
}
