import type { Span } from '../run/clock-jumps.ts';
import { formatDuration } from '../text/format.ts';

/** Tells people that the clock jumped while a run was watched. */
export function describeJump({ from, to }: Span): string {
  const at = new Date(to).toISOString().slice(11, 19);
  return `the clock jumped by ${formatDuration(to - from)} until ${at} UTC (the machine was suspended, or the clock was set); deadlines do not count that time`;
}

/** Tells people that files are polled. */
export const POLLING =
  'the system has no file watches left, so changes are looked for every half second. To get them at once, close programs that watch files, or raise fs.inotify.max_user_instances and fs.inotify.max_user_watches (sysctl)';
