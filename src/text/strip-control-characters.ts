/**
 * C0 and C1 controls except tab and line feed, and characters that show nothing: bidirectional
 * controls, byte order marks, zero-width spaces, tags, invisible operators and fillers.
 */
const INVISIBLE = /(?![\t\n])\p{Cc}|[\p{DI}\ufff9-\ufffb]/gu;

/** Joiners and variation selectors where emoji and several scripts are written with them. */
const JOINER =
  /(?<=(?!\p{DI})[^\0-\x7f]\ufe0f?)[\u200c\u200d](?=(?!\p{DI})[^\0-\x7f])|(?<=(?!\p{DI})[^\0-\x7f])[\ufe0e\ufe0f]/u;

const NOT_SHOWN = new RegExp(`(?!${JOINER.source})(?:${INVISIBLE.source})`, 'gu');

/** Removes characters that control a terminal, change the direction of a text, or are invisible. */
export function stripControlCharacters(text: string): string {
  return text.replace(NOT_SHOWN, '');
}
