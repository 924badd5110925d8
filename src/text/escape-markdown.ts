import { sanitizeLine } from './sanitize.ts';

/** One line whose characters mean nothing to Markdown. */
export function escapeMarkdown(text: string): string {
  return sanitizeLine(text, 500).replace(/[\\`*_[\]<>|#]/g, '\\$&');
}
