import stringWidth from 'string-width';

export { stringWidth };

/** Truncates a text to a number of columns, the ellipsis included. */
export function truncateToWidth(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  let taken = '';
  let left = columns - 1;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    left -= stringWidth(segment);
    if (left < 0) break;
    taken += segment;
  }
  return columns > 0 ? `${taken}…` : '';
}
