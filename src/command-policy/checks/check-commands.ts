import { type CommandPattern, matchPattern, readPatterns } from '../programs/command-pattern.ts';
import type { CommandRule } from '../rules/command-rule.ts';
import { COMMAND_RULES } from '../rules/command-rules.ts';
import { isDeliveryScript, RUNS_DELIVERY, SCRIPT_EXTENSION } from '../rules/script-rules.ts';
import { hasOption } from '../shell/arguments.ts';
import type { Call } from '../shell/call.ts';
import type { Verdict } from '../shell/rule-set.ts';
import { checkVerbs } from './check-verbs.ts';

/** With these options, a command only shows what it would do. */
const SHOWS_ONLY = ['--dry-run', '--dryrun', '--dry_run', '--help', '-help'];
const IS_NO_DRY_RUN = /^--dry-?run=(?:none|false)$/;

const NAME_OF_OPTION = /^--[\w-]+=/;

interface ProgramRule {
  rule: CommandRule;
  pattern: CommandPattern;
}

/** By program, the texts of its patterns: reading all of them would slow down every start. */
const TEXTS_OF_PROGRAM = new Map<string, { rule: CommandRule; text: string }[]>();
for (const rule of COMMAND_RULES) {
  for (const text of rule.commands) {
    for (const { program } of readPatterns(text.slice(0, `${text} `.indexOf(' ')))) {
      const known = TEXTS_OF_PROGRAM.get(program);
      if (known) known.push({ rule, text });
      else TEXTS_OF_PROGRAM.set(program, [{ rule, text }]);
    }
  }
}

const RULES_OF_PROGRAM = new Map<string, readonly ProgramRule[]>();

function rulesOf(program: string): readonly ProgramRule[] {
  const known = RULES_OF_PROGRAM.get(program);
  if (known) return known;
  const texts = TEXTS_OF_PROGRAM.get(program);
  if (!texts) return [];
  const rules = texts.flatMap(({ rule, text }) =>
    readPatterns(text)
      .filter((pattern) => pattern.program === program)
      .map((pattern) => ({ rule, pattern })),
  );
  RULES_OF_PROGRAM.set(program, rules);
  return rules;
}

/** The patterns of the commands of some programs that are known to be irreversible. */
export function commandPatterns(
  programs: Iterable<string> = TEXTS_OF_PROGRAM.keys(),
): CommandPattern[] {
  return [...programs].flatMap((program) => rulesOf(program).map(({ pattern }) => pattern));
}

/** Checks whether a call is one of the commands that are known to be irreversible. */
export function checkCommands(call: Call): Verdict | null {
  const { program, args } = call;
  const isRun = !hasOption(args, ...SHOWS_ONLY) || args.some((arg) => IS_NO_DRY_RUN.test(arg));
  if (!isRun) return null;
  for (const { rule, pattern } of rulesOf(program)) {
    const match = matchPattern(pattern, program, args);
    if (!match || !applies(rule, call) || isExempt(args, match.rest, rule)) continue;
    if (match.isSure) return { rule: rule.rule, reason: rule.reason };
    if (rule.isByName) continue;
    const command = [pattern.program, ...pattern.words].join(' ');
    const reason = `Part of it is not known in advance, so it may be \`${command}\`.`;
    return { rule: rule.rule, reason };
  }
  return checkScriptName(call) ?? checkVerbs(call, TEXTS_OF_PROGRAM);
}

/** A script in a file is not read, so its name must tell what it does. */
function checkScriptName({ name }: Call): Verdict | null {
  const path = name.replace(SCRIPT_EXTENSION, '');
  const isScript = path !== name || (name.includes('/') && !name.startsWith('/'));
  return isScript && isDeliveryScript(path) ? RUNS_DELIVERY : null;
}

/** The variables that say which environment a command is for. */
const ENVIRONMENT_VARIABLES = ['RAILS_ENV', 'NODE_ENV', 'APP_ENV', 'ENV', 'ENVIRONMENT', 'STAGE'];

function applies({ onlyIf }: CommandRule, { args, text, variableOf }: Call): boolean {
  if (!onlyIf) return true;
  const texts = [text, ...args, ...ENVIRONMENT_VARIABLES.map((name) => variableOf(name) ?? '')];
  return texts.some((one) => onlyIf.test(one));
}

/** @param rest the index of the first argument after those that match the pattern */
function isExempt(args: readonly string[], rest: number, rule: CommandRule): boolean {
  const { unless = [], unlessArgument, unlessName } = rule;
  if (hasOption(args, ...unless) || unlessName?.test(args[rest - 1] ?? '')) return true;
  return args.some((arg) => unlessArgument?.test(arg.replace(NAME_OF_OPTION, '')));
}
