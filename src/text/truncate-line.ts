import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';

/**
 * The beginning of a line in at most so many columns, with an ellipsis where it was cut; colours
 * stay closed. `cli-truncate` alone takes one column too many where a wide character lies across
 * the end.
 */
export function truncateLine(line: string, columns: number): string {
  const cut = cliTruncate(line, columns);
  return stringWidth(cut) <= columns ? cut : cliTruncate(line, columns - 1);
}
