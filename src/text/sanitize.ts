import { stripVTControlCharacters } from 'node:util';
import { redactSecrets } from './redact-secrets.ts';
import { stripControlCharacters } from './strip-control-characters.ts';

const LINE_BREAK = /\r\n?|[\u2028\u2029]/g;

/** Removes terminal sequences, control and invisible characters and credentials; line breaks become `\n`. */
export function sanitize(text: string): string {
  return redactSecrets(stripUnseen(text));
}

/** Whether nothing in a text controls a terminal or is invisible. */
export function isVisible(text: string): boolean {
  return stripUnseen(text) === text;
}

function stripUnseen(text: string): string {
  const lines = text.replace(LINE_BREAK, '\n');
  return stripControlCharacters(stripVTControlCharacters(lines)).toWellFormed();
}

/**
 * Sanitizes a text and joins its lines.
 * @param max the maximum length in code points, the ellipsis included
 */
export function sanitizeLine(text: string, max: number): string {
  return truncate(sanitize(text).replace(/\s+/g, ' ').trim(), max);
}

/** Truncates a text to `max` code points, the ellipsis included. */
export function truncate(text: string, max: number): string {
  if (text.length <= max) return text;
  const points = Array.from(text.slice(0, 2 * max + 2));
  return points.length <= max ? text : `${points.slice(0, max - 1).join('')}…`;
}

const ABSTRACT_LIMIT = 1_000;

/** The sanitized beginning of a report, for the ledger and summaries. */
export function toAbstract(report: string): string {
  const head = sanitize(report.slice(0, 4 * ABSTRACT_LIMIT));
  return truncate(head.replace(/\n{3,}/g, '\n\n').trim(), ABSTRACT_LIMIT);
}
