import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';

/**
 * Cuts a line that is too long. `cli-truncate` alone returns one column too many if a wide character
 * is at the limit.
 */
export function cutLine(line: string, columns: number): string {
  const cut = cliTruncate(line, columns);
  return stringWidth(cut) <= columns ? cut : cliTruncate(line, columns - 1);
}
