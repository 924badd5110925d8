import { stripVTControlCharacters } from 'node:util';
import { stripControlCharacters } from './strip-control-characters.ts';

const SECRETS = [
  /\bsk-[A-Za-z0-9_-]{16,}/g,
  /\b(?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{20,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{20,}/g,
  /\bglpat-[A-Za-z0-9_-]{16,}/g,
  /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bAIza[A-Za-z0-9_-]{35}/g,
  /\bnpm_[A-Za-z0-9]{30,}/g,
  /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}/g,
  // Without the lookbehind, a long run of these characters would be searched again at every `-eyJ`.
  /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /(?<=:\/\/[^\s/:@]{1,64}:)[^\s/@]{3,}(?=@)/g,
  /(?<=\bbearer\s{1,3})[A-Za-z0-9_.~+/-]{16,}/gi,
  /(?<=(?:password|passwd|secret|token|(?:api|access)[_-]?key)\b["']?\s{0,3}[=:]\s{0,3}["']?)[^\s"',;]{8,}/gi,
];

/** Replaces strings that look like credentials, so that none gets into the ledger or a summary. */
export function redactSecrets(text: string): string {
  return SECRETS.reduce((redacted, secret) => redacted.replace(secret, '[redacted]'), text);
}

/** Removes terminal sequences, control characters and credentials; line breaks become `\n`. */
export function sanitize(text: string): string {
  return redactSecrets(
    stripControlCharacters(stripVTControlCharacters(text.replace(/\r\n?/g, '\n'))).toWellFormed(),
  );
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
