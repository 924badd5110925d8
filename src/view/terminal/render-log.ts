import type { TranscriptEntry } from '../../claude/transcript-entries.ts';
import { plural } from '../../text/format.ts';
import { sanitize, sanitizeLine } from '../../text/sanitize.ts';
import type { Color } from '../status-labels.ts';

/** Lines of a result that are shown. */
const MAX_RESULT = 6;
/** Lines of a prompt, which may be a long brief. */
const MAX_PROMPT = 3;

/** What an agent said, did or saw, as a person reads it. */
export function renderLogEntry(
  { kind, text, isError }: TranscriptEntry,
  paint: (color: Color, text: string) => string,
): string {
  switch (kind) {
    case 'call':
      return paint('cyan', `● ${sanitizeLine(text, 300)}`);
    case 'result':
      return paint(isError ? 'red' : 'dim', indent(cut(text, MAX_RESULT)));
    case 'prompt':
      return paint('dim', `> ${cut(text, MAX_PROMPT).join('\n> ')}`);
    case 'text':
      return sanitize(text);
  }
}

function cut(text: string, max: number): string[] {
  const lines = sanitize(text).split('\n');
  const more = lines.length - max;
  return more > 0 ? [...lines.slice(0, max), `… ${plural(more, 'more line')}`] : lines;
}

function indent(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join('\n');
}
