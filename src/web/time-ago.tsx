import { h } from 'preact';
import { formatDuration } from '../text/format.ts';

const DAY_MS = 24 * 3_600_000;

/** How long ago something was, the same in every time zone; the date if it was days ago. */
export function TimeAgo({ at, now }: { at: string; now: number }) {
  const ago = now - Date.parse(at);
  const text = ago < DAY_MS ? `${shorten(formatDuration(ago))} ago` : at.slice(0, 10);
  return (
    <time dateTime={at} title={`${at.slice(0, 19).replace('T', ' ')} UTC`}>
      {text}
    </time>
  );
}

/** Seconds do not matter after minutes. */
function shorten(duration: string): string {
  return duration.replace(/m \d\ds$/, 'm');
}
