/**
 * The commands of a check as a plan writes it: each entry is a name from the configuration, or else
 * a command.
 */
export function checkCommands(
  check: readonly string[],
  named: Readonly<Record<string, readonly string[]>>,
): string[] {
  return check.flatMap((entry) => (Object.hasOwn(named, entry) ? (named[entry] ?? []) : [entry]));
}
