import { readdirSync, readFileSync } from 'node:fs';
import { ps } from './process-stat.ts';

/**
 * Whether some process was started with a matching command line.
 * @param pattern matched with the program and its arguments, separated by spaces
 * @returns false, too, when the system does not say
 */
export function isCommandRunning(pattern: RegExp): boolean {
  try {
    return process.platform === 'linux'
      ? readdirSync('/proc').some((name) => /^\d+$/.test(name) && pattern.test(commandOf(name)))
      : ps('-A', '-o', 'command=')
          .split('\n')
          .some((line) => pattern.test(line));
  } catch {
    return false;
  }
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
