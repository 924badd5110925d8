/** Exit codes of the command line. */
export const EXIT = {
  done: 0,
  notCompleted: 1,
  badInput: 2,
  notFound: 3,
  humanNeeded: 4,
  interrupted: 130,
} as const;

/**
 * What the reader of an error can do next. Each surface words it with the commands or the tools that
 * its reader has; tasks are named `<run-id>/<task-id>`.
 */
export type Hint =
  | { code: 'create_run' }
  | { code: 'list_runs' }
  | { code: 'show_run'; run: string }
  | { code: 'decide_gate'; task: string }
  | { code: 'retry_task'; task: string }
  | { code: 'resume_run'; run: string }
  | { code: 'raise_budget'; run: string; option: string }
  | { code: 'watch_or_cancel_run'; run: string };

export interface SwarmErrorOptions extends ErrorOptions {
  hint?: Hint;
}

/**
 * An error that its message explains: what was expected and what was found. The message names no
 * command or tool; those are in the hint.
 */
export class SwarmError extends Error {
  override readonly name = 'SwarmError';
  readonly exitCode: number;
  readonly hint: Hint | null;

  constructor(message: string, exitCode: number = EXIT.badInput, options?: SwarmErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
    this.hint = options?.hint ?? null;
  }
}

/** Whether it is a {@link SwarmError}, even of another bundle, which has a class of its own. */
export function isSwarmError(error: unknown): error is SwarmError {
  return error instanceof Error && error.name === 'SwarmError' && 'exitCode' in error;
}
