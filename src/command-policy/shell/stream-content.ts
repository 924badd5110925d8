import type { WorkBudget } from './work-budget.ts';

/**
 * What a program reads or prints, as far as the text of the command tells: its lines, or else
 * where they come from. `a file` is the content of a file that the command did not write itself.
 */
export type StreamContent = readonly string[] | 'nothing' | 'a file' | 'unknown';

/**
 * The output of several commands that run one after the other.
 * @throws {RangeError} if there are more lines than the budget allows
 */
export function concatenate(contents: readonly StreamContent[], budget: WorkBudget): StreamContent {
  const parts = contents.filter((content) => content !== 'nothing');
  const [first = 'nothing'] = parts;
  if (parts.length <= 1) return first;
  const lists = parts.filter((content) => typeof content !== 'string');
  if (lists.length < parts.length) return 'unknown';
  const lines = lists.flat();
  budget.spend(lines.length);
  return lines;
}
