import type { StreamContent } from './stream-content.ts';

/** The names under which a program can open its own input. */
export const STDIN = /^\/(?:dev\/stdin|(?:dev|proc\/self)\/fd\/0)$/;

/** Where something runs that does not run on this machine. */
export type Place = 'container' | 'other machine';

/** One program as the shell would start it, expanded as far as the text of the command allows. */
export interface Call {
  /** The plain name of the program, without directory, version or file extension. */
  program: string;
  /** The program as it was written. */
  name: string;
  args: readonly string[];
  /** An absolute path; starts with `UNKNOWN` if nothing is known about it. */
  cwd: string;
  input: StreamContent;
  /** Where it runs, if not on this machine. */
  place?: Place | undefined;
  /** The command that starts it, as written. */
  text: string;
  /** A variable of its environment, as far as the command sets it to one value. */
  variableOf(variable: string): string | undefined;
  /** The content of a file at this point, if the command wrote it itself. */
  readFile(path: string): StreamContent;
}
