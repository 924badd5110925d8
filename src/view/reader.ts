/**
 * What the reader of a text can do, in words that it can act on. Texts that several kinds of readers
 * get take one of these, so that none is told to use a command or a tool that it does not have.
 */
export interface Reader {
  /** How to decide about a gate, as sentences. @param task `<run-id>/<task-id>` */
  howToDecide(task: string): string;
  /** The same in a few words. */
  howToDecideShort(task: string): string;
  /** How to raise the budget of a run, as a sentence. @param command that does it */
  howToRaise(command: string): string;
  /** How to get from a run's branches to one, as sentences. */
  howToMerge(run: string): string;
}

/** A person or a session with the command line. */
export const COMMAND_LINE_READER: Reader = {
  howToDecide: (task) =>
    `\`swarm approve ${task}\` allows exactly this command, once. \`swarm deny ${task}\` fails the task without running it.`,
  howToDecideShort: (task) => `\`swarm approve ${task}\` or \`swarm deny ${task}\``,
  howToRaise: (command) => `\`${command}\` raises it and continues.`,
  howToMerge: (run) =>
    `\`swarm merge ${run}\` merges them onto one branch. When you have taken that over, \`swarm prune\` removes the worktrees.`,
};
