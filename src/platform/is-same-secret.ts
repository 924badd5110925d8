import { createHmac, timingSafeEqual } from 'node:crypto';

/** Compares a secret in a time that tells nothing about it, not even its length. */
export function isSameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHmac('sha256', 'compare').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
