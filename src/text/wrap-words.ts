import { displayWidth } from './display-width.ts';

/** What is copied as a whole, quoted or not; everything else ends at a space. */
const PIECES = /`[^`]*`\S*|swarm [a-z]+ \S+(?: --\S+ \S+)*|\S+/g;

/** Lines that begin like this hold the commands of other people, which stay as they are. */
const VERBATIM = /^ {4}/;

/**
 * Wraps messages at spaces, so that a terminal does not break words and ids. A command stays on one
 * line; one that is longer than a line is left to the terminal.
 * @param columns the maximum width of a line
 */
export function wrapWords(text: string, columns: number): string {
  return text
    .split('\n')
    .flatMap((line) =>
      VERBATIM.test(line) || displayWidth(line) <= columns ? line : wrapLine(line, columns),
    )
    .join('\n');
}

function wrapLine(line: string, columns: number): string[] {
  const [indent = ''] = /^ */.exec(line) ?? [];
  const lines: string[] = [];
  for (const piece of line.match(PIECES) ?? []) {
    const last = lines.at(-1);
    const longer = last === undefined ? `${indent}${piece}` : `${last} ${piece}`;
    if (last === undefined || displayWidth(longer) <= columns) lines.splice(-1, 1, longer);
    else lines.push(`${indent}  ${piece}`);
  }
  return lines;
}
