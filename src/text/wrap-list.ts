import { displayWidth } from './display-width.ts';

/**
 * Wraps a list such as `3 of 5 tasks completed, 1 failed` at its commas. Only the first item may
 * also be wrapped between words. All lines but the first are indented.
 * @param columns the maximum width of a line
 */
export function wrapList(text: string, columns: number): string[] {
  const [first = '', ...others] = text.split(/(?<=,) /);
  const lines: string[] = [];
  for (const part of [...first.split(' '), ...others]) {
    const line = lines.at(-1);
    const longer = line === undefined ? part : `${line} ${part}`;
    if (line === undefined || displayWidth(longer) <= columns) lines.splice(-1, 1, longer);
    else lines.push(`  ${part}`);
  }
  return lines;
}
