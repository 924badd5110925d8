import type { CliContext } from './cli-context.ts';

/** What a command answers, for programs and for people. */
export interface Answer {
  /** What `--json` prints. */
  document: object;
  /** What is printed otherwise; it is worded only then. */
  text(): string;
}

/** Prints an answer as JSON on one line, or as text. */
export function printAnswer(
  { document, text }: Answer,
  json: boolean | undefined,
  { print }: CliContext,
): void {
  print(json ? JSON.stringify(document) : text());
}
