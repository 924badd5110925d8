import type { Readable } from 'node:stream';
import type { Host } from '../store/host.ts';
import type { QueueProgram } from './queue-program.ts';

/**
 * What the entry hands to the commands. Commands reach the process, the console and the clock only
 * through it, so that a test can hand in its own.
 */
export interface CliContext {
  /** The directory of the plugin, or of the drop-in, that this program belongs to. */
  readonly packageRoot: string;
  readonly isPlugin: boolean;
  /** The directory in which the command was called. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The Claude Code session in which the command was called; null outside of one. */
  readonly session: string | null;
  readonly process: CliProcess;
  readonly stdin: Readable & { readonly isTTY?: boolean | undefined };
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** The directory that holds `.swarm`. */
  root(): string;
  /** What operations on runs need. It is loaded when a command asks for it, to start fast. */
  host(): Promise<Host>;
  /** The queue for several machines. It is loaded only if one is used. */
  queue(): Promise<QueueProgram>;
  /** The time as an ISO 8601 string. */
  now(): string;
  /** Milliseconds on a clock that nobody sets, for measuring how much time has passed. */
  elapsedMs(): number;
  /** Everything that is left of stdin, as bytes. */
  readStdin(): Buffer;
  /** Writes an answer to stdout. */
  print(text: string): void;
  /** Writes a message for people to stderr. */
  printError(text: string): void;
  /** Writes a remark to stderr that changes nothing about the answer. */
  warn(text: string): void;
}

/** This process, as far as commands need it. */
export interface CliProcess {
  readonly pid: number;
  /** The Node that runs this program, and its version. */
  readonly execPath: string;
  readonly nodeVersion: string;
  /** The parent's id; it changes when the parent has gone. */
  parentPid(): number;
  /** Calls a listener at each of these signals, for as long as the process lives. */
  onSignal(signals: readonly NodeJS.Signals[], listener: (signal: NodeJS.Signals) => void): void;
  /** The exit code for when the command has done its work. */
  setExitCode(code: number): void;
  /** Ends the process at once. */
  exit(code: number): never;
}
