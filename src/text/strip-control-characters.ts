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

/** What cannot be told from nothing or from a space. */
const UNSEEN = new RegExp(`${NOT_SHOWN.source}|(?! )\\p{Zs}`, 'gu');

/** Replaces characters that cannot be seen by escapes such as `\\u200b`. */
export function showInvisible(text: string): string {
  return text.replace(UNSEEN, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
  });
}
