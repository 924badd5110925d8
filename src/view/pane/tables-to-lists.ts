const SEPARATOR = /(?<!\\)\|/;
const RULE = /^\|(?:\s*:?-+:?\s*\|)+$/;
const BAR = /[█░]+ */g;

/**
 * Turns the table of a summary into a list, because a pane is too narrow for its columns. Nothing
 * else in a summary begins a line with `|`: what agents wrote is quoted.
 */
export function tablesToLists(summary: string): string {
  const lines = summary.split('\n');
  let headings: string[] = [];
  return lines
    .flatMap((line, index) => {
      if (RULE.test(line)) return [];
      if (RULE.test(lines[index + 1] ?? '')) {
        headings = cellsOf(line);
        return [];
      }
      return line.startsWith('|') ? toItem(cellsOf(line), headings) : line;
    })
    .join('\n');
}

function cellsOf(row: string): string[] {
  const cells = row.split(SEPARATOR).slice(1, -1);
  return cells.map((cell) => cell.replace(BAR, '').trim());
}

function toItem(cells: readonly string[], headings: readonly string[]): string {
  const parts = cells.map((cell, index) => {
    if (headings[index] !== 'attempts') return cell;
    return Number(cell) > 1 ? `${cell} attempts` : '';
  });
  return `- ${parts.filter((part) => part !== '').join(' · ')}`;
}
