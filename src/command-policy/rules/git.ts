import {
  beforeDashes,
  type Call,
  hasFlag,
  hasLongOption,
  hasOption,
  operandsOf,
  UNKNOWN,
  type Verdict,
} from '../shell/call.ts';
import { isOwn, type Place, resolvePath } from '../shell/place.ts';

/** A call of git, read as far as its subcommand. */
export interface GitCall {
  subcommand: string;
  args: readonly string[];
  /** The directory that `-C` and `--work-tree` lead to. */
  cwd: string;
  /** The settings that `-c` makes for this call; their names in small letters. */
  settings: ReadonlyMap<string, string>;
}

/** Git's own options, of which the next word is the value. */
const TAKES_VALUE = new Set([
  '-C',
  '-c',
  '--git-dir',
  '--work-tree',
  '--namespace',
  '--super-prefix',
  '--config-env',
  '--attr-source',
  '--exec-path',
]);

/** Finds the subcommand behind git's own options, also where `-c alias.x=…` gives it a name. */
export function readGitCall({ args, cwd }: Call): GitCall {
  const settings = new Map<string, string>();
  let directory = cwd;
  let index = 0;
  for (; args[index]?.startsWith('-'); index += 1) {
    const option = args[index] ?? '';
    const [name = '', attached] = option.split(/=(.*)/s, 2);
    const value = attached ?? (TAKES_VALUE.has(option) ? (args[index + 1] ?? '') : '');
    if (TAKES_VALUE.has(option)) index += 1;
    if (name === '-C' || name === '--work-tree') directory = resolvePath(directory, value);
    const [setting = '', content = 'true'] = value.split(/=(.*)/s, 2);
    if (name === '-c') settings.set(setting.toLowerCase(), content);
  }
  const [subcommand = '', ...rest] = args.slice(index);
  const alias = settings.get(`alias.${subcommand.toLowerCase()}`)?.trim().split(/\s+/);
  const [name = subcommand, ...more] = alias ?? [];
  return { subcommand: name, args: [...more, ...rest], cwd: directory, settings };
}

/** Judges what git does to a remote repository, to the history and to work without a commit. */
export function judgeGit(call: Call, place: Place): Verdict | null {
  if (call.program === 'git-filter-repo' || call.program === 'bfg') return REWRITE;
  if (call.program !== 'git' || hasOption(beforeDashes(call.args), '--help')) return null;
  const git = readGitCall(call);
  if (git.subcommand.startsWith(UNKNOWN)) {
    return {
      rule: 'unknown-program',
      reason: 'Which git command this is, is not known beforehand.',
    };
  }
  if (PUSHES.has(git.subcommand)) return judgePush(git);
  // What a temporary repository loses is nobody's, and a worktree of its own has its own files.
  const isOthers = !isOwn(git.cwd, place);
  const isShared = isOthers || git.cwd === place.tree || git.cwd.startsWith(`${place.tree}/`);
  if (isShared && losesHistory(git)) return REWRITE;
  if (isShared && losesSharedState(git, place)) return SHARED;
  return isOthers && losesWork(git) ? DISCARD : null;
}

const REWRITE: Verdict = {
  rule: 'rewrite-history',
  reason: 'It removes commits so that the reflog cannot bring them back.',
};
const SHARED: Verdict = {
  rule: 'discard-work',
  reason: 'It discards work that all worktrees of the repository share.',
};
const DISCARD: Verdict = {
  rule: 'discard-work',
  reason: 'It discards changes without a commit, also those of others in this working tree.',
};

const PUSHES = new Set(['push', 'send-pack', 'http-push']);
/** Remotes that put into operation what is pushed to them. */
const DEPLOYS = /^(?:heroku|dokku)(?:-\w+)?$/;

function judgePush({ args, settings }: GitCall): Verdict | null {
  if (hasLongOption(args, '--dry-run') || hasFlag(args, 'n')) return null;
  const operands = args.filter((arg) => !arg.startsWith('-'));
  const isForced =
    hasLongOption(args, '--force') ||
    hasLongOption(args, '--force-with-lease') ||
    hasLongOption(args, '--mirror') ||
    hasFlag(args, 'f') ||
    operands.some((operand) => operand.startsWith('+')) ||
    [...settings].some(([name, value]) => FORCES.test(`${name}=${value}`));
  if (isForced) {
    return { rule: 'force-push', reason: 'A forced push replaces what others have pushed.' };
  }
  const isDeletion =
    hasLongOption(args, '--delete') ||
    hasLongOption(args, '--prune') ||
    hasFlag(args, 'd') ||
    operands.some((operand) => /^:./.test(operand));
  if (isDeletion) {
    return { rule: 'delete-remote-ref', reason: 'It deletes a branch or tag that others use.' };
  }
  return operands[0] && DEPLOYS.test(operands[0])
    ? { rule: 'deploy', reason: 'A push to this remote deploys at once.' }
    : null;
}

/** Settings that force what is pushed, and that forget at once what `gc` would keep for a while. */
const FORCES = /^remote\..*\.(?:push=\+|mirror=(?:true|yes|on|1)$)/s;
const FORGETS = /^gc\..*expire.*=(?:now|all|0)/;

function losesHistory({ subcommand, args, settings }: GitCall): boolean {
  const [first = ''] = args.filter((arg) => !arg.startsWith('-'));
  switch (subcommand) {
    case 'lfs':
      return first === 'migrate' && (args.includes('import') || args.includes('export'));
    case 'filter-branch':
    case 'filter-repo':
      return !hasOption(args, '--dry-run', '--analyze');
    case 'reflog':
      return (first === 'expire' || first === 'delete') && !isDryRun(args);
    case 'gc':
      return (
        args.some((arg) => /^--prune=(?:now|all)$/.test(arg)) ||
        [...settings].some(([name, value]) => FORGETS.test(`${name}=${value}`))
      );
    case 'prune':
      return !isDryRun(args);
    case 'branch':
      return (
        hasFlag(args, 'D') ||
        ((hasFlag(args, 'd') || hasLongOption(args, '--delete')) &&
          (hasFlag(args, 'f') || hasLongOption(args, '--force')))
      );
    case 'update-ref':
      return hasFlag(args, 'd') || hasLongOption(args, '--stdin');
    default:
      return false;
  }
}

function losesSharedState({ subcommand, args, cwd }: GitCall, place: Place): boolean {
  const [first = '', path = ''] = args.filter((arg) => !arg.startsWith('-'));
  if (subcommand === 'stash') return first === 'drop' || first === 'clear';
  const isForced = hasFlag(args, 'f') || hasLongOption(args, '--force');
  const isRemoval = subcommand === 'worktree' && first === 'remove' && isForced;
  return isRemoval && !isOwn(resolvePath(cwd, path), place);
}

function losesWork({ subcommand, args, settings }: GitCall): boolean {
  const options = beforeDashes(args);
  const isForced = hasFlag(options, 'f') || hasLongOption(options, '--force');
  switch (subcommand) {
    case 'reset':
      return hasLongOption(options, '--hard');
    case 'clean':
      return (isForced || settings.get('clean.requireforce') === 'false') && !isDryRun(options);
    case 'checkout':
      return isForced || takesBackMany(args);
    case 'switch':
      return isForced || hasLongOption(options, '--discard-changes');
    case 'restore':
      return restoresWorktree(options) && restoredPaths(args).some(isDirectory);
    case 'rm':
      return isForced && !hasLongOption(options, '--cached') && operandsOf(args).some(isDirectory);
    case 'submodule':
      return isForced && /^(?:deinit|update)$/.test(options.find((arg) => !/^-/.test(arg)) ?? '');
    case 'read-tree':
      return hasOption(options, '--reset') && hasFlag(options, 'u');
    case 'checkout-index':
      return isForced && (hasFlag(options, 'a') || hasOption(options, '--all'));
    default:
      return false;
  }
}

/** What `git checkout` takes back: everything behind `--`, or behind the commit. */
export function checkedOutPaths(args: readonly string[]): string[] {
  const separator = args.indexOf('--');
  if (separator >= 0) return args.slice(separator + 1);
  if (hasFlag(args, 'b', 'B', 't') || hasOption(args, '--orphan', '--track')) return [];
  return args.filter((arg) => !arg.startsWith('-')).slice(1);
}

function takesBackMany(args: readonly string[]): boolean {
  // What stands alone is a branch, unless it cannot be one.
  return args.some((arg) => IS_EVERYTHING.test(arg)) || checkedOutPaths(args).some(isDirectory);
}

/** Whether `git restore` changes files, and not only what is staged. */
export function restoresWorktree(args: readonly string[]): boolean {
  const isStaged = hasFlag(args, 'S') || hasLongOption(args, '--staged');
  return !isStaged || hasFlag(args, 'W') || hasLongOption(args, '--worktree');
}

/** What `git restore` takes back. */
export function restoredPaths(args: readonly string[]): string[] {
  return args.filter(
    (arg, index) => !arg.startsWith('-') && !/^(?:-s|--source)$/.test(args[index - 1] ?? ''),
  );
}

function isDryRun(args: readonly string[]): boolean {
  return hasFlag(args, 'n') || hasLongOption(args, '--dry-run');
}

const IS_EVERYTHING = /^(?:\.{1,2}|:\/|:\(top\)|\*|\.\/\*)$|\/$/;
/** Git's wildcards match files in all directories below, and `:!` all but some. */
const IS_PATTERN = /(?:^|\/)\*|^:(?:[!^]|\(exclude)/;
/** By custom, the names of directories have neither a dot nor capitals. */
const NAMES_DIRECTORY = /(?:^|\/)[a-z\d_][a-z\d_-]*$/;

/** Whether a path names files by the directory, and with them those that others have changed. */
function isDirectory(path: string): boolean {
  return IS_EVERYTHING.test(path) || IS_PATTERN.test(path) || NAMES_DIRECTORY.test(path);
}

const RUNS_COMMANDS = new Map([
  ['submodule', 'foreach'],
  ['bisect', 'run'],
]);

/** The shell text of `!…` aliases and of the subcommands that run other commands. */
export function scriptsOfGit(call: Call): { text: string; cwd: string }[] {
  const { subcommand, args, cwd } = readGitCall(call);
  if (subcommand.startsWith('!')) {
    return [{ text: [subcommand.slice(1), ...args].join(' '), cwd }];
  }
  const [first, second] = args.filter((arg) => !arg.startsWith('-'));
  // An alias is made to be run.
  if (subcommand === 'config' && /^alias\./i.test(first ?? '') && second !== undefined) {
    return [{ text: second.startsWith('!') ? second.slice(1) : `git ${second}`, cwd }];
  }
  const isRunner = RUNS_COMMANDS.get(subcommand) === first;
  if (first !== undefined && isRunner) {
    const command = args.slice(args.indexOf(first) + 1);
    const start = command.findIndex((arg) => !arg.startsWith('-'));
    return [{ text: command.slice(start).join(' '), cwd }];
  }
  if (subcommand !== 'rebase') return [];
  return args.flatMap((arg, index) => {
    if (arg === '-x' || arg === '--exec') return [{ text: args[index + 1] ?? '', cwd }];
    const text = /^(?:--exec=|-x)(.+)$/s.exec(arg)?.[1];
    return text === undefined ? [] : [{ text, cwd }];
  });
}

/** What `git ls-files` and the like print: paths somewhere below the directory. */
export function isGitListing(call: Call): boolean {
  const { subcommand, args } = readGitCall(call);
  return (
    subcommand === 'ls-files' ||
    (['diff', 'show', 'log', 'diff-tree'].includes(subcommand) && hasOption(args, '--name-only'))
  );
}
