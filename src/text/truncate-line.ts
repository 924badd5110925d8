import { displayWidth } from './display-width.ts';

type CutLine = typeof import('./cut-line.ts');

/** Loaded for the first line that is too long: it takes longer than everything else about a line. */
const cutLine = (): CutLine => require('./cut-line.ts');

/**
 * Truncates a line to a number of columns, the ellipsis included, and closes its colours.
 */
export function truncateLine(line: string, columns: number): string {
  return displayWidth(line) <= columns ? line : cutLine().cutLine(line, columns);
}
