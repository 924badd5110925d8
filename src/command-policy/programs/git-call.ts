import { hasFlag, hasLongOption, hasOption } from '../shell/arguments.ts';
import type { Call } from '../shell/call.ts';
import { UNKNOWN } from '../shell/placeholders.ts';
import type { Nested } from '../shell/programs.ts';
import { resolvePath } from '../shell/resolve-path.ts';

/** A call of git, split into git's own options and the subcommand with its arguments. */
export interface GitCall {
  subcommand: string;
  args: readonly string[];
  /** The directory that `-C` and `--work-tree` lead to. */
  cwd: string;
  /** The settings that `-c` makes for this call, by their names in lower case. */
  settings: ReadonlyMap<string, string>;
}

/** Git's own options whose value is the next word. */
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

/** Finds the subcommand after git's own options, even if `-c alias.x=…` gives it another name. */
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

/** The subcommands that run another command, by the word that comes before it. */
const RUNS_COMMANDS = new Map([
  ['submodule', 'foreach'],
  ['bisect', 'run'],
]);

/** The scripts in aliases that start with `!`, and those that subcommands run. */
export function scriptsOfGit(call: Call): Nested[] {
  const git = readGitCall(call);
  return [...settingsRunBy(call, git), ...scriptsOfSubcommand(git)].map((script) =>
    'words' in script ? script : { ...script, positional: [] },
  );
}

/** Settings and variables whose value is a command that git runs. */
const RUNS_SETTING =
  /^(?:core\.(?:sshcommand|editor|pager|fsmonitor|askpass|gitproxy)|sequence\.editor|diff\.external|pager\..+|credential\.helper|.+\.(?:textconv|cmd|driver|clean|smudge))$/i;
const RUNS_VARIABLES =
  'GIT_SSH_COMMAND GIT_EDITOR GIT_SEQUENCE_EDITOR GIT_PAGER GIT_EXTERNAL_DIFF GIT_ASKPASS'.split(
    ' ',
  );

function settingsRunBy({ variableOf }: Call, { settings, cwd }: GitCall): GitScript[] {
  const values = [...settings].filter(([name]) => RUNS_SETTING.test(name)).map(([, text]) => text);
  const fromVariables = RUNS_VARIABLES.map(variableOf).filter((text) => text !== undefined);
  return [...values, ...fromVariables]
    .map((text) => text.replace(/^!/, ''))
    .filter((text) => text.trim() !== '' && !text.startsWith(UNKNOWN))
    .map((text) => ({ text, cwd }));
}

type GitScript = { cwd: string } & ({ text: string } | { words: readonly string[] });

function scriptsOfSubcommand({ subcommand, args, cwd }: GitCall): GitScript[] {
  if (subcommand.startsWith('!')) {
    return [{ text: [subcommand.slice(1), ...args].join(' '), cwd }];
  }
  const [first, second] = args.filter((arg) => !arg.startsWith('-'));
  // An alias is defined to be run.
  if (subcommand === 'config' && /^alias\./i.test(first ?? '') && second !== undefined) {
    return [{ text: second.startsWith('!') ? second.slice(1) : `git ${second}`, cwd }];
  }
  if (subcommand === 'config' && RUNS_SETTING.test(first ?? '') && second !== undefined) {
    return [{ text: second.replace(/^!/, ''), cwd }];
  }
  if (first !== undefined && RUNS_COMMANDS.get(subcommand) === first) {
    const command = args.slice(args.indexOf(first) + 1);
    const start = command.findIndex((arg) => !arg.startsWith('-'));
    const words = command.slice(start);
    // The shell reads the first word of `submodule foreach`, and gets the others as arguments.
    const isScript = subcommand === 'submodule' && /\s/.test(words[0] ?? '');
    return [words.length === 1 || isScript ? { text: words.join(' '), cwd } : { words, cwd }];
  }
  return subcommand === 'rebase' ? scriptsOfRebase(args).map((text) => ({ text, cwd })) : [];
}

function scriptsOfRebase(args: readonly string[]): string[] {
  return args.flatMap((arg, index) => {
    if (arg === '-x' || arg === '--exec') return [args[index + 1] ?? ''];
    const text = /^(?:--exec=|-x)(.+)$/s.exec(arg)?.[1];
    return text === undefined ? [] : [text];
  });
}

/** Whether git prints paths somewhere below the directory, as `git ls-files` does. */
export function listsFiles({ subcommand, args }: GitCall): boolean {
  return (
    subcommand === 'ls-files' ||
    (['diff', 'show', 'log', 'diff-tree'].includes(subcommand) && hasOption(args, '--name-only'))
  );
}

/** The paths that `git checkout` restores: everything after `--`, or after the commit. */
export function checkedOutPaths(args: readonly string[]): string[] {
  const separator = args.indexOf('--');
  if (separator >= 0) return args.slice(separator + 1);
  if (hasFlag(args, 'b', 'B', 't') || hasOption(args, '--orphan', '--track')) return [];
  return args.filter((arg) => !arg.startsWith('-')).slice(1);
}

/** Whether `git restore` changes files, and not only the index. */
export function restoresWorktree(args: readonly string[]): boolean {
  const isStaged = hasFlag(args, 'S') || hasLongOption(args, '--staged');
  return !isStaged || hasFlag(args, 'W') || hasLongOption(args, '--worktree');
}

/** The paths that `git restore` restores. */
export function restoredPaths(args: readonly string[]): string[] {
  return args.filter(
    (arg, index) => !arg.startsWith('-') && !/^(?:-s|--source)$/.test(args[index - 1] ?? ''),
  );
}
