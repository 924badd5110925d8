import { createInterface } from 'node:readline';
import type { CliContext } from './cli-context.ts';

/** Whether a person sits at a terminal and can answer a question. */
export function canAsk({ stdin, stderr, session }: CliContext): boolean {
  return stdin.isTTY === true && stderr.isTTY === true && session === null;
}

/**
 * Asks a question on stderr. The terminal stays in its normal mode, so Ctrl-C ends the process.
 * @returns the line that the person typed, without surrounding spaces; empty at the end of input
 */
export function askLine(question: string, { stdin, stderr }: CliContext): Promise<string> {
  stderr.write(question);
  const lines = createInterface({ input: stdin, terminal: false });
  return new Promise<string>((resolve) => {
    lines.once('line', (line) => resolve(line.trim())).once('close', () => resolve(''));
  }).finally(() => lines.close());
}

/** Asks a question that only a clear yes answers with yes. */
export async function askYesNo(question: string, context: CliContext): Promise<boolean> {
  return /^y(es)?$/i.test(await askLine(`${question} [y/N] `, context));
}
