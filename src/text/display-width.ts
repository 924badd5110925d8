type WideText = typeof import('./display-width-wide.ts');

/** Beside this file in `dist/`, and loaded only for text that is not narrow. */
const wideText = (): WideText => require('./display-width-wide.ts');

/**
 * What the rows are mostly made of: characters of one column each. The libraries that know the
 * width of every other one take longer to load than all the rest of the process.
 */
const SINGLE_WIDTH = /^[\x20-\x7e█░◐○✔✖⊘…]*$/;

/** The columns that a text takes. */
export function displayWidth(text: string): number {
  return SINGLE_WIDTH.test(text) ? text.length : wideText().stringWidth(text);
}

/** The beginning of a text in at most so many columns, with an ellipsis where it was cut. */
export function truncateToWidth(text: string, columns: number): string {
  if (!SINGLE_WIDTH.test(text)) return wideText().truncateToWidth(text, columns);
  return text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}…`;
}
