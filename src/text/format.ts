/**
 * Formats how long something took or takes, in whole seconds that have passed: `0s`, `42s`,
 * `3m 12s`, `1h 04m`. Every view uses it, so that one time is shown as one text.
 * @param ms milliseconds
 */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${pad(seconds % 60)}s`;
  return `${Math.floor(minutes / 60)}h ${pad(minutes % 60)}m`;
}

/** Formats a time limit the way people configure it: `10m`, not `10m 00s`. @param ms milliseconds */
export function formatLimit(ms: number): string {
  return ms < 1_000 ? `${ms}ms` : formatDuration(ms).replace(/ 00[ms]$/, '');
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

/** Formats a size: `312 B`, `12.3 kB`, `4.5 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Draws a progress bar of `width` characters. @param percent 0 to 100; others are clamped */
export function progressBar(percent: number, width: number): string {
  const filled = Math.round((Math.min(100, Math.max(0, percent)) / 100) * width);
  return '█'.repeat(filled) + '░'.repeat(width - filled);
}

/** A count and its noun, with a plural `s` unless the count is 1: `1 task`, `3 tasks`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
