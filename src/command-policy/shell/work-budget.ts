/** Each character of a command pays for this much work. */
const WORK_OF_CHARACTER = 12;
/** Every command gets at least this much, enough for short scripts that loop. */
const MIN_WORK_BUDGET = 150_000;
const MAX_DEPTH = 120;
/** How many characters one step compares with the patterns of the rules. */
const CHARACTERS_OF_STEP = 8;

/**
 * Limits the work and the nesting of one interpretation, so that a command cannot keep its reader
 * busy for long. Work is counted in steps, not in time, so the result does not depend on the
 * machine. Reading one character costs 1.
 */
export class WorkBudget {
  #left: number;
  #depth = 0;

  /** @param length the number of characters of the command */
  constructor(length: number) {
    this.#left = MIN_WORK_BUDGET + WORK_OF_CHARACTER * length;
  }

  /** @throws {RangeError} if the budget is used up */
  spend(work: number): void {
    this.#left -= work;
    if (this.#left < 0) throw new RangeError('too much work');
  }

  /**
   * Pays for texts that the rules read.
   * @throws {RangeError} if the budget is used up
   */
  spendOn(texts: readonly string[]): void {
    const length = texts.reduce((sum, text) => sum + text.length, 0);
    this.spend(texts.length + Math.ceil(length / CHARACTERS_OF_STEP));
  }

  /**
   * Runs something one level deeper.
   * @throws {RangeError} if the command is nested too deeply
   */
  nest<T>(run: () => T): T {
    this.spend(1);
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new RangeError('nested too deeply');
    const result = run();
    this.#depth -= 1;
    return result;
  }
}
