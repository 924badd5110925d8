type WideText = typeof import('./display-width-wide.ts');

/** A bundle of its own, loaded for the first text that needs it. */
const wideText = (): WideText => require('./display-width-wide.ts');

/**
 * Most text consists of these characters, which take one column each. The library that knows the
 * width of all others takes longer to load than the rest of the process.
 */
const SINGLE_WIDTH = /^[\x20-\x7e█░◐○✔✖⊘…]*$/;

/** The number of columns that a text takes in a terminal. */
export function displayWidth(text: string): number {
  return SINGLE_WIDTH.test(text) ? text.length : wideText().stringWidth(text);
}

/** Truncates a text to a number of columns, the ellipsis included. */
export function truncateToWidth(text: string, columns: number): string {
  if (!SINGLE_WIDTH.test(text)) return wideText().truncateToWidth(text, columns);
  return text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}…`;
}
