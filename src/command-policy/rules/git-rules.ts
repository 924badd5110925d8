import {
  checkedOutPaths,
  type GitCall,
  restoredPaths,
  restoresWorktree,
} from '../programs/git-call.ts';
import { beforeDashes, hasFlag, hasLongOption, hasOption, operandsOf } from '../shell/arguments.ts';
import { resolvePath } from '../shell/resolve-path.ts';
import type { Verdict } from '../shell/rule-set.ts';
import { isOwnDirectory, type WorkTree } from '../work-tree.ts';

/** By subcommand, whether a call of git does what the table is about. */
export type GitTable = ReadonlyMap<string, GitPredicate>;
type GitPredicate = (git: GitCall, workTree: WorkTree) => boolean;

export const REWRITES_HISTORY: Verdict = {
  rule: 'rewrite-history',
  reason: 'It removes commits in a way that the reflog cannot undo.',
};
export const DISCARDS_SHARED_WORK: Verdict = {
  rule: 'discard-work',
  reason: 'It discards work that all worktrees of the repository share.',
};
export const DISCARDS_WORK: Verdict = {
  rule: 'discard-work',
  reason: 'It discards uncommitted changes, including those of others in this working tree.',
};
export const MOVES_WORK: Verdict = {
  rule: 'discard-work',
  reason:
    'It moves uncommitted changes of the other agents that are working in this repository. To see an earlier version of a file, use `git show HEAD:path`.',
  isForbidden: true,
};
export const UNKNOWN_SUBCOMMAND: Verdict = {
  rule: 'unknown-program',
  reason: 'The git command that it runs is not known in advance.',
};

/** Programs besides git that rewrite history. */
export const HISTORY_PROGRAMS: ReadonlySet<string> = new Set(['git-filter-repo', 'bfg']);

export const PUSHES: ReadonlySet<string> = new Set(['push', 'send-pack', 'http-push']);

/** Settings of a remote that force every push to it. */
const SETTING_THAT_FORCES = /^remote\..*\.(?:push=\+|push=:|mirror=(?:true|yes|on|1)$)/s;
/** What makes every later push a forced one. */
export const MAKES_PUSHES_FORCED: Verdict = {
  rule: 'force-push',
  reason: 'It makes every later push replace or delete what others have pushed.',
};

/** Whether a call makes every later push to a remote a forced one. */
export function forcesLaterPushes({ subcommand, args }: GitCall): boolean {
  const [first = '', second = ''] = plainWords(args);
  if (subcommand === 'remote') {
    return first === 'add' && args.some((arg) => /^--mirror(?:=push)?$/.test(arg));
  }
  return subcommand === 'config' && SETTING_THAT_FORCES.test(`${first}=${second}`);
}

/** Remotes that deploy what is pushed to them. */
const DEPLOYS =
  /^(?:heroku|dokku|piku|gigalixir|clever|scalingo|prod|production|live|deploy)(?:-\w+)?$/;

/** What a push may do; the first rule that applies decides. */
export const PUSH_RULES: readonly (Verdict & { applies(git: GitCall): boolean })[] = [
  {
    rule: 'force-push',
    reason: 'A forced push replaces what others have pushed.',
    applies: ({ args, settings }) =>
      isForced(args) ||
      hasLongOption(args, '--force-with-lease') ||
      hasLongOption(args, '--mirror') ||
      plainWords(args).some((operand) => operand.startsWith('+')) ||
      hasSetting(settings, SETTING_THAT_FORCES),
  },
  {
    rule: 'delete-remote-ref',
    reason: 'It deletes a branch or tag that others may be using.',
    applies: ({ args }) =>
      hasLongOption(args, '--delete') ||
      hasLongOption(args, '--prune') ||
      hasFlag(args, 'd') ||
      plainWords(args).some((operand) => /^:./.test(operand)),
  },
  {
    rule: 'deploy',
    reason: 'A push to this remote triggers a deployment.',
    applies: ({ args }) => DEPLOYS.test(firstWord(args)),
  },
];

/** Settings that make `gc` delete immediately what it would otherwise keep for a while. */
const SETTING_THAT_FORGETS = /^gc\..*expire.*=(?:now|all|0)/;

/** Subcommands that lose commits. */
export const LOSES_HISTORY: GitTable = new Map<string, GitPredicate>([
  [
    'lfs',
    ({ args }) =>
      firstWord(args) === 'migrate' && (args.includes('import') || args.includes('export')),
  ],
  ['filter-branch', ({ args }) => !hasOption(args, '--dry-run', '--analyze')],
  ['filter-repo', ({ args }) => !hasOption(args, '--dry-run', '--analyze')],
  ['reflog', ({ args }) => /^(?:expire|delete)$/.test(firstWord(args)) && !isDryRun(args)],
  [
    'gc',
    ({ args, settings }) =>
      args.some((arg) => /^--prune=(?:now|all)$/.test(arg)) ||
      hasSetting(settings, SETTING_THAT_FORGETS),
  ],
  ['prune', ({ args }) => !isDryRun(args)],
  [
    'branch',
    ({ args }) =>
      hasFlag(args, 'D') ||
      ((hasFlag(args, 'd') || hasLongOption(args, '--delete')) && isForced(args)),
  ],
  ['update-ref', ({ args }) => hasFlag(args, 'd') || hasLongOption(args, '--stdin')],
]);

/** Subcommands that lose work in other worktrees of the repository. */
export const LOSES_SHARED_WORK: GitTable = new Map<string, GitPredicate>([
  ['stash', ({ args }) => /^(?:drop|clear)$/.test(firstWord(args))],
  [
    'worktree',
    ({ args, cwd }, workTree) => {
      const [action, path = ''] = plainWords(args);
      const isRemoval = action === 'remove' && isForced(args);
      return isRemoval && !isOwnDirectory(resolvePath(cwd, path), workTree);
    },
  ],
]);

/** Subcommands that put uncommitted work away, or take it from a stack that all worktrees share. */
export const MOVES_SHARED_WORK: GitTable = new Map<string, GitPredicate>([
  ['stash', ({ args: [action = ''] }) => !/^(?:list|show|create|store)$/.test(action)],
]);

/** Subcommands that lose uncommitted work in the working tree. */
export const LOSES_WORK: GitTable = new Map<string, GitPredicate>([
  [
    'reset',
    ({ args }) =>
      hasLongOption(beforeDashes(args), '--hard') || beforeDashes(args).includes('--merge'),
  ],
  [
    'clean',
    ({ args, settings }) => {
      const options = beforeDashes(args);
      const isNotRequired = settings.get('clean.requireforce') === 'false';
      return (isForced(options) || isNotRequired) && !isDryRun(options);
    },
  ],
  ['checkout', ({ args }) => isForced(beforeDashes(args)) || checksOutMany(args)],
  [
    'switch',
    ({ args }) => {
      const options = beforeDashes(args);
      return isForced(options) || hasLongOption(options, '--discard-changes');
    },
  ],
  [
    'restore',
    ({ args }) =>
      restoresWorktree(beforeDashes(args)) && restoredPaths(args).some(mayNameDirectory),
  ],
  [
    'rm',
    ({ args }) => {
      const options = beforeDashes(args);
      const isFromDisk = isForced(options) && !hasLongOption(options, '--cached');
      return isFromDisk && operandsOf(args).some(mayNameDirectory);
    },
  ],
  [
    'submodule',
    ({ args }) => {
      const options = beforeDashes(args);
      return isForced(options) && /^(?:deinit|update)$/.test(firstWord(options));
    },
  ],
  [
    'read-tree',
    ({ args }) => {
      const options = beforeDashes(args);
      return hasOption(options, '--reset') && hasFlag(options, 'u');
    },
  ],
  [
    'checkout-index',
    ({ args }) => {
      const options = beforeDashes(args);
      return isForced(options) && (hasFlag(options, 'a') || hasOption(options, '--all'));
    },
  ],
]);

function plainWords(args: readonly string[]): string[] {
  return args.filter((arg) => !arg.startsWith('-'));
}

function firstWord(args: readonly string[]): string {
  return args.find((arg) => !arg.startsWith('-')) ?? '';
}

function hasSetting(settings: GitCall['settings'], pattern: RegExp): boolean {
  return [...settings].some(([name, value]) => pattern.test(`${name}=${value}`));
}

function isForced(args: readonly string[]): boolean {
  return hasFlag(args, 'f') || hasLongOption(args, '--force');
}

/** Whether a call only shows what it would do. */
export function isDryRun(args: readonly string[]): boolean {
  return hasFlag(args, 'n') || hasLongOption(args, '--dry-run');
}

function checksOutMany(args: readonly string[]): boolean {
  // A word on its own is a branch, unless it cannot be one.
  return (
    args.some((arg) => IS_EVERYTHING.test(arg)) || checkedOutPaths(args).some(mayNameDirectory)
  );
}

const IS_EVERYTHING = /^(?:\.{1,2}|:\/|:\(top\)|\*|\.\/\*)$|\/$/;
/** Git's wildcards match files in all directories below, and `:!` matches all files but some. */
const IS_PATTERN = /(?:^|\/)\*|^:(?:[!^]|\(exclude)/;
/** By convention, the names of directories have no dots and no capitals. */
const LOOKS_LIKE_DIRECTORY = /(?:^|\/)[a-z\d_][a-z\d_-]*$/;

/** Whether a path stands for many files, and so also for those that others have changed. */
function mayNameDirectory(path: string): boolean {
  return IS_EVERYTHING.test(path) || IS_PATTERN.test(path) || LOOKS_LIKE_DIRECTORY.test(path);
}
