/** C0 and C1 controls but for tab and line feed, bidirectional overrides, the byte order mark. */
const INVISIBLE = /(?![\t\n])\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** Text without characters that act on a terminal or on the order of others. */
export function stripControlCharacters(text: string): string {
  return text.replace(INVISIBLE, '');
}
