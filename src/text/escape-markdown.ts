import { sanitizeLine } from './sanitize.ts';

/** Sanitizes a text to one line of at most 500 characters and escapes Markdown in it. */
export function escapeMarkdown(text: string): string {
  return sanitizeLine(text, 500).replace(/[\\`*_[\]<>|#]/g, '\\$&');
}

/** Makes images plain text: whoever shows a document would load them, from wherever they lead. */
export function withoutImages(markdown: string): string {
  return markdown.replace(/!\[/g, '!\\[');
}
