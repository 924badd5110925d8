import type { CliContext } from './cli-context.ts';

/** The width of the terminal; without one, wider than any line. */
export function columnsOf({ stdout }: CliContext): number {
  return stdout.isTTY ? stdout.columns || 80 : 1_000;
}
