import type { Call } from './call.ts';
import type { StreamContent } from './stream-content.ts';

/** Something that a call runs in turn: a program with its arguments, or a script. */
export type Nested = {
  /** Where it runs, if not where the call does. */
  cwd?: string;
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
  /** Makes a call from the words of a command, the first of which is the program. */
  readCall(words: readonly string[], rest: Pick<Call, 'cwd' | 'input' | 'readFile'>): Call;
  /**
   * Finds what a call runs in turn.
   * @throws {RangeError} if that is too much to follow
   */
  findNested(call: Call): Nested[];
  /** What a call prints, as far as other commands may come to run or delete it. */
  outputOf(call: Call): StreamContent;
  /** The files that a call saves and that the same command may run later. */
  filesSavedBy(call: Call): SavedFile[];
}
