import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';

/**
 * Truncates a line to a number of columns, the ellipsis included, and closes its colours.
 * `cli-truncate` alone returns one column too many if a wide character is at the limit.
 */
export function truncateLine(line: string, columns: number): string {
  const cut = cliTruncate(line, columns);
  return stringWidth(cut) <= columns ? cut : cliTruncate(line, columns - 1);
}
