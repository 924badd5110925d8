import { posix } from 'node:path';
import { hasFlag, hasOption, operandsOf, valuesOf } from '../shell/arguments.ts';
import type { Call } from '../shell/call.ts';

/** The files in which curl or wget saves a download. */
export function downloadsOf({ program, args }: Call): string[] {
  if (program !== 'curl' && program !== 'wget') return [];
  const named = [
    ...valuesOf(args, '-o', '-O', '--output', '--output-document'),
    ...args.filter((_, index) => /^-[a-zA-Z]+[oO]$/.test(args[index - 1] ?? '')),
    ...args.flatMap((arg) => /^-[a-zA-Z]+[oO]([-./].*)$/s.exec(arg)?.[1] ?? []),
  ];
  const isByUrl =
    program === 'wget'
      ? named.length === 0
      : hasFlag(args, 'O') || hasOption(args, '--remote-name');
  const byUrl = isByUrl ? operandsOf(args).map((url) => url.replace(/[?#].*$/s, '')) : [];
  return [...named, ...byUrl.map((url) => posix.basename(url))].filter((file) => file !== '-');
}
