import { UNKNOWN } from './placeholders.ts';

const HAS_WILDCARD = /[*?[\]\uE000]/;

/**
 * Evaluates `${x%pattern}`, `${x%%pattern}`, `${x#pattern}` and `${x##pattern}`.
 * @returns `UNKNOWN` for patterns other than those that are common for paths
 */
export function removePattern(
  value: string,
  operator: '#' | '##' | '%' | '%%',
  pattern: string,
): string {
  const isSuffix = operator.startsWith('%');
  if (!HAS_WILDCARD.test(pattern)) {
    return isSuffix ? withoutSuffix(value, pattern) : withoutPrefix(value, pattern);
  }
  if (isSuffix && /^[/.]\*$/.test(pattern)) {
    const mark = pattern.charAt(0);
    const at = operator === '%' ? value.lastIndexOf(mark) : value.indexOf(mark);
    return at < 0 ? value : value.slice(0, at);
  }
  if (operator === '##' && /^\*[/.]$/.test(pattern)) {
    return value.slice(value.lastIndexOf(pattern.charAt(1)) + 1);
  }
  return UNKNOWN;
}

function withoutSuffix(value: string, suffix: string): string {
  return value.endsWith(suffix) ? value.slice(0, value.length - suffix.length) : value;
}

function withoutPrefix(value: string, prefix: string): string {
  return value.startsWith(prefix) ? value.slice(prefix.length) : value;
}
