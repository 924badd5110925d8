import { toPlainLine } from './sanitize.ts';

/** One line whose characters mean nothing to Markdown. */
export function escapeMarkdown(text: string): string {
  return toPlainLine(text, 500).replace(/[\\`*_[\]<>|#]/g, '\\$&');
}
