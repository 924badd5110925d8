import { type CommandPattern, matchPattern, readPatterns } from '../programs/command-pattern.ts';
import { COMMAND_RULES, type CommandRule } from '../rules/command-rules.ts';
import { hasOption } from '../shell/arguments.ts';
import type { Call } from '../shell/call.ts';
import type { Verdict } from '../shell/rule-set.ts';

/** With these options, a command only shows what it would do. */
const SHOWS_ONLY = ['--dry-run', '--dryrun', '--help', '-help'];
const IS_NO_DRY_RUN = /^--dry-?run=(?:none|false)$/;

const NAME_OF_OPTION = /^--[\w-]+=/;

const RULES_OF_PROGRAM = new Map<string, { rule: CommandRule; pattern: CommandPattern }[]>();
for (const rule of COMMAND_RULES) {
  for (const pattern of rule.commands.flatMap(readPatterns)) {
    const known = RULES_OF_PROGRAM.get(pattern.program) ?? [];
    RULES_OF_PROGRAM.set(pattern.program, [...known, { rule, pattern }]);
  }
}

/** The patterns of all commands that are known to be irreversible. */
export const COMMAND_PATTERNS: readonly CommandPattern[] = [...RULES_OF_PROGRAM.values()].flatMap(
  (rules) => rules.map(({ pattern }) => pattern),
);

/** Checks whether a call is one of the commands that are known to be irreversible. */
export function checkCommands({ program, args }: Call): Verdict | null {
  const isRun = !hasOption(args, ...SHOWS_ONLY) || args.some((arg) => IS_NO_DRY_RUN.test(arg));
  if (!isRun) return null;
  for (const { rule, pattern } of RULES_OF_PROGRAM.get(program) ?? []) {
    const match = matchPattern(pattern, program, args);
    if (!match || isExempt(args, rule)) continue;
    if (match.isSure) return { rule: rule.rule, reason: rule.reason };
    if (rule.isByName) continue;
    const command = [pattern.program, ...pattern.words].join(' ');
    const reason = `Part of it is not known in advance, so it may be \`${command}\`.`;
    return { rule: rule.rule, reason };
  }
  return null;
}

function isExempt(args: readonly string[], { unless = [], unlessArgument }: CommandRule): boolean {
  if (hasOption(args, ...unless)) return true;
  return args.some((arg) => unlessArgument?.test(arg.replace(NAME_OF_OPTION, '')));
}
