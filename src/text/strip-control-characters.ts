/** C0 and C1 controls except tab and line feed, bidirectional controls, and the byte order mark. */
const INVISIBLE = /(?![\t\n])\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** Removes characters that control a terminal or change the direction of the text after them. */
export function stripControlCharacters(text: string): string {
  return text.replace(INVISIBLE, '');
}
