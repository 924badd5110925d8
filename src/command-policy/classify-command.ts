import { checkCallerFiles, checkCallerPaths } from './checks/check-caller-files.ts';
import {
  type CallerRules,
  checkCallerCommands,
  NO_CALLER_RULES,
} from './checks/check-caller-rules.ts';
import { checkCode } from './checks/check-code.ts';
import { checkCommands } from './checks/check-commands.ts';
import { checkDatabase } from './checks/check-database.ts';
import { checkDevice, checkEmptied, checkFiles } from './checks/check-files.ts';
import { checkGit } from './checks/check-git.ts';
import { checkOtherMachine, checkTargetThere } from './checks/check-other-machine.ts';
import { checkRequests } from './checks/check-requests.ts';
import { checkSecret, checkSecrets } from './checks/check-secrets.ts';
import { checkUnreadable } from './checks/check-unreadable.ts';
import { type CommandPattern, matchPattern, readPatterns } from './programs/command-pattern.ts';
import { CONVENTIONAL_VARIABLES, knownPrograms } from './programs/known-programs.ts';
import { OBSTACLES } from './rules/unreadable-rules.ts';
import type { Call } from './shell/call.ts';
import type { Finding } from './shell/findings.ts';
import { interpret } from './shell/interpreter.ts';
import { normalizePath } from './shell/resolve-path.ts';
import type { RuleSet, Verdict } from './shell/rule-set.ts';
import { locateWorkTree, type WorkTree } from './work-tree.ts';
import { fileOfRedirection, filesWrittenBy, type WrittenFile } from './written-files.ts';

export type { CallerRules } from './checks/check-caller-rules.ts';
export type { WrittenFile } from './written-files.ts';

/** A part of a command that is irreversible: the rule, the reason, and the part on one line. */
export type PolicyMatch = Finding;

export interface CommandContext {
  /** The directory in which the command starts, as an absolute path. */
  cwd: string;
  /** The main checkout of the repository, as an absolute path. */
  root: string;
  home: string;
  /**
   * More irreversible commands, by the words they start with, such as `make ship`. Options such as
   * `--prod` may be anywhere; `*` stands for any letters, `**` for any words, `a|b` for either word.
   */
  extra?: readonly string[];
  /** A directory below `root` that nobody but the agent uses. */
  scratch?: {
    /** Absolute. */
    path: string;
    /** Whether `SWARM_SCRATCH` names it. */
    isInEnvironment: boolean;
  };
  /** Rules that come before all others, such as those for the program that runs the agents. */
  rules?: CallerRules;
  /** Whether other agents work in the repository: nobody may put away their uncommitted changes. */
  othersWork?(): boolean;
}

export interface Classification {
  /** The first part of the command that is forbidden, or else the first that is irreversible. */
  match: PolicyMatch | null;
  /** The files that the command may write and that its text names, possibly more than once. */
  writes: WrittenFile[];
}

/**
 * Finds out whether a shell command does something irreversible, and which files it writes.
 *
 * It covers everything that the command runs, as far as its text tells. If a program, a script or
 * the path of a deletion is not known in advance, it assumes the worst; it does not take an unknown
 * argument for an option. README.md describes what it does and does not promise.
 */
export function classifyCommand(command: string, context: CommandContext): Classification {
  const workTree = locateWorkTree(context);
  const writes: WrittenFile[] = [];
  const match = interpret(command, {
    environment: {
      cwd: normalizePath(context.cwd),
      home: workTree.home,
      variables: new Map([
        ...CONVENTIONAL_VARIABLES,
        ['CLAUDE_PROJECT_DIR', workTree.mainCheckout],
        ...(context.scratch?.isInEnvironment
          ? [['SWARM_SCRATCH', context.scratch.path] as const]
          : []),
      ]),
    },
    programs: knownPrograms(workTree.path),
    rules: createRuleSet(context, workTree, writes),
  });
  return { match, writes };
}

/** @param writes receives the files that the command writes */
function createRuleSet(
  { extra = [], rules = NO_CALLER_RULES, othersWork = () => false }: CommandContext,
  workTree: WorkTree,
  writes: WrittenFile[],
): RuleSet {
  const patterns = extra.filter((text) => text.trim()).flatMap(readPatterns);
  const checkOwnFile = ({ path }: { path: string }) => checkCallerFiles(path, rules.files);
  const checkTarget = (path: string) => checkDevice(path) ?? checkOwnFile({ path });
  return {
    obstacles: OBSTACLES,
    checkCall(call, isWrapped) {
      const written = filesWrittenBy(call, workTree);
      // What another program runs may run elsewhere or not at all.
      if (!isWrapped && !call.place) writes.push(...written);
      return (
        checkCallerCommands(call, rules.commands) ??
        written.map(checkOwnFile).find(Boolean) ??
        checkCallerPaths(call, rules.files, isWrapped) ??
        checkExtra(call, patterns) ??
        checkGit(call, workTree, othersWork) ??
        checkFiles(call, workTree, checkTarget) ??
        checkSecrets(call, written, workTree.home) ??
        checkDatabase(call) ??
        checkRequests(call) ??
        checkCommands(call) ??
        checkCode(call, workTree) ??
        checkOtherMachine(call)
      );
    },
    checkTarget(target, { cwd, place, isAppended }) {
      const written = fileOfRedirection(target, cwd);
      if (!place) writes.push(...written);
      const paths = [target, ...written.map(({ path }) => path)];
      const secret = (path: string) => (isAppended ? null : checkSecret(path, workTree.home));
      return (
        paths.map(checkTarget).find(Boolean) ??
        paths.map(secret).find(Boolean) ??
        checkTargetThere(target, place)
      );
    },
    checkEmptied: (target, cwd) => checkEmptied(target, cwd, workTree),
    checkUnreadable: (text) => checkUnreadable(text, { patterns, words: rules.suspiciousWords }),
  };
}

function checkExtra({ program, args }: Call, patterns: readonly CommandPattern[]): Verdict | null {
  const found = patterns.find((pattern) => matchPattern(pattern, program, args));
  if (!found) return null;
  const words = [found.program, ...found.words, ...found.options].join(' ');
  return { rule: 'extra', reason: `\`${words}\` is configured as irreversible.` };
}
