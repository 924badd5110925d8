/** Exit codes of the command line. */
export const EXIT = {
  done: 0,
  notCompleted: 1,
  badInput: 2,
  notFound: 3,
  humanNeeded: 4,
  interrupted: 130,
} as const;

/** An error whose message is sufficient, without a stack: what was expected, found, and can be done. */
export class SwarmError extends Error {
  override readonly name = 'SwarmError';
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT.badInput, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
