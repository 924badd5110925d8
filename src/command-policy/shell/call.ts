import type { StreamContent } from './stream-content.ts';

/** The names under which a program can open its own input. */
export const STDIN = /^\/(?:dev\/stdin|(?:dev|proc\/self)\/fd\/0)$/;

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
  /** The content of a file at this point, if the command wrote it itself. */
  readFile(path: string): StreamContent;
}
