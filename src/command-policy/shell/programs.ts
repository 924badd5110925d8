import type { Call, Place } from './call.ts';
import type { StreamContent } from './stream-content.ts';

/** Something that a call runs in turn: a program with its arguments, or a script. */
export type Nested = {
  /** Where it runs, if not where the call does. */
  cwd?: string;
  /** Where it runs, if not on this machine. */
  place?: Place | undefined;
  /** Whether the script is the input of the call, and so cannot be read as input again. */
  isInput?: boolean;
} & ({ words: readonly string[] } | { text: string; positional: readonly string[] });

/** A file that a call saves, by its path as written. */
export interface SavedFile {
  path: string;
  content: StreamContent;
}

/** What the interpreter needs to know about programs, which the shell itself does not. */
export interface Programs {
  /** Splits the words of a command into the program and its arguments. */
  readWords(words: readonly string[]): Pick<Call, 'program' | 'name' | 'args'>;
  /**
   * Finds what a call runs in turn.
   * @throws {RangeError} if that is too much to follow
   */
  findNested(call: Call): Nested[];
  /** What a call prints, as far as other commands may come to run or delete it. */
  outputOf(call: Call): StreamContent;
  /** Whether a file holds commands that shells or git will run by themselves. */
  runsLater(path: string): boolean;
  /** The files that a call saves and that the same command may run later. */
  filesSavedBy(call: Call): SavedFile[];
}
