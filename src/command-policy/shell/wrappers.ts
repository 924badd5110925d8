import { posix } from 'node:path';
import { type CommandPattern, matchPattern, readPatterns } from '../command-pattern.ts';
import { findPaths } from '../rules/file.ts';
import { scriptsOfGit } from '../rules/git.ts';
import { type Call, programOf, STDIN, UNKNOWN, valuesOf } from './call.ts';
import { commandsInCode } from './commands-in-code.ts';
import { resolvePath } from './place.ts';

/** What a call runs in turn: a program with its arguments, or shell text. */
export type Nested = {
  /** Where it runs, if elsewhere. */
  cwd?: string;
  /** Whether it is what it would read. */
  isInput?: boolean;
} & ({ words: readonly string[] } | { text: string; positional: readonly string[] });

interface Wrapper {
  /** Patterns for the words that come first. */
  commands: string;
  /** How many words, besides options and assignments, come before the program. */
  operands?: number;
  /** With one of these options it runs nothing. */
  unless?: RegExp;
  /** Whether a first word that is not known may be assignments, as in `env $(cat .env) program`. */
  takesAssignments?: boolean;
  /** Whether a program that is not known is no more than one that is known to do no harm. */
  mayBeUnknown?: boolean;
  /** Its options for the directory to run in. */
  directory?: readonly string[];
  /** Its one-letter options that take no value. */
  flags?: string;
  /** Whether it runs on another machine or in a container. */
  isElsewhere?: boolean;
  /** What is shell text: the values of some options, words with spaces, or all words together. */
  text?: RegExp | 'spaced' | 'joined';
}

/** As `operands` of what is given no program of its own. */
const NONE = Number.POSITIVE_INFINITY;
const ON_HOST = /^(?:-[cC]|--command)$/;
const RUNS_TEXT = /^(?:-[a-z]*c|--(?:session-)?command)$/;

const WRAPPERS: readonly Wrapper[] = [
  { commands: 'command', flags: 'p', unless: /^-p?[vV]$/ },
  { commands: 'sudo|doas', flags: 'ABbEHknPSsLi', directory: ['-D', '--chdir'] },
  { commands: 'time', flags: 'pvaqlh' },
  { commands: 'exec|setsid', flags: 'clfw' },
  { commands: 'nohup|nice|ionice|builtin|unbuffer|chronic|noglob|nocorrect' },
  { commands: 'pkexec|setpriv|fakeroot|systemd-run|dumb-init|tini|xvfb-run|sshpass' },
  { commands: 'proxychains|proxychains4|torsocks|spring|sail|env-cmd|k3s|microk8s|minikube' },
  { commands: 'gosu|su-exec|retry|repeat', operands: 1 },
  { commands: 'at|batch', operands: NONE, text: 'joined' },
  { commands: 'stdbuf', flags: 'L' },
  { commands: 'strace|ltrace|caffeinate', flags: 'fqrtTvxyzcCdimu' },
  { commands: 'env', flags: 'i0v', takesAssignments: true, directory: ['-C', '--chdir'] },
  { commands: 'cross-env|cross-env-shell|dotenv', takesAssignments: true },
  { commands: 'shx|busybox|toybox|corepack' },
  { commands: 'timeout|taskset|chrt|chroot', operands: 1, flags: 'vfp' },
  { commands: 'flock', operands: 1, flags: 'nsxueo', text: /^(?:-c|--command)$/ },
  { commands: 'npx|bunx|uvx', flags: 'yq', text: /^(?:-c|--call)$/ },
  { commands: 'pnpm|yarn|bun', flags: 'rws', directory: ['-C', '--dir', '--cwd'] },
  { commands: 'npm exec|x', flags: 'yq', text: /^(?:-c|--call)$/ },
  { commands: 'pnpm|yarn|bun|bundle|mise|asdf|pipx|uv|op|doppler exec|x|dlx|run', flags: 'rcyq' },
  { commands: 'poetry|pipenv|rye|hatch|pdm|conda|micromamba|dotenvx|heroku|infisical run' },
  { commands: 'foreman|volta run' },
  { commands: 'lerna|nx exec' },
  { commands: 'nvm|fnm exec', operands: 1 },
  { commands: 'uv tool run' },
  { commands: 'yarn workspace', operands: 1 },
  { commands: 'yarn workspaces foreach run|exec', flags: 'Apiv' },
  { commands: 'direnv|aws-vault exec', operands: 1 },
  { commands: 'nix develop|shell' },
  { commands: 'docker exec|run', operands: 1, isElsewhere: true, flags: 'itdP' },
  { commands: 'docker container|compose exec|run', operands: 1, isElsewhere: true, flags: 'itdPT' },
  // Many an image is called like the program that it starts.
  { commands: 'docker run', isElsewhere: true, flags: 'itdP', mayBeUnknown: true },
  { commands: 'kubectl exec|rsh', operands: 1, isElsewhere: true, flags: 'itq' },
  { commands: 'lxc|multipass exec', operands: 1, isElsewhere: true },
  { commands: 'fly ssh console', operands: NONE, isElsewhere: true, text: ON_HOST },
  { commands: 'gcloud compute ssh', operands: NONE, isElsewhere: true, text: ON_HOST },
  { commands: 'vagrant ssh', operands: NONE, isElsewhere: true, text: ON_HOST },
  { commands: 'ansible', operands: NONE, isElsewhere: true, text: /^(?:-a|--args)$/ },
  { commands: 'adb shell', isElsewhere: true, text: 'joined' },
  {
    commands: 'ssh|autossh',
    operands: 1,
    isElsewhere: true,
    flags: '46AaCfGgKkMNnqsTtVvXxYy',
    text: 'joined',
  },
  { commands: 'watch|watchexec|entr|nodemon', flags: 'bcdegptxr', text: 'spaced' },
  {
    commands: 'hyperfine|concurrently|npm-run-all|start-server-and-test|tmux|screen',
    text: 'spaced',
  },
  { commands: 'su|script', operands: NONE, text: RUNS_TEXT },
  { commands: 'runuser', flags: 'lmp', text: RUNS_TEXT },
  { commands: 'nix-shell', operands: NONE, text: /^--(?:run|command)$/ },
  { commands: 'pwsh|powershell', operands: NONE, text: /^-(?:c|command)$/i },
];

/** Long options that take no value. */
const LONG_FLAGS =
  /^--(?:detach|foreground|init|interactive|login|no-deps|no-install|no-run-if-empty|no-TTY|null|parallel|preserve-env|preserve-status|privileged|quiet|recursive|rm|set-home|silent|tty|verbose|yes)$/;

const WRAPPERS_OF_PROGRAM = new Map<string, { wrapper: Wrapper; pattern: CommandPattern }[]>();
for (const wrapper of WRAPPERS) {
  for (const pattern of readPatterns(wrapper.commands)) {
    const known = WRAPPERS_OF_PROGRAM.get(pattern.program) ?? [];
    WRAPPERS_OF_PROGRAM.set(pattern.program, [...known, { wrapper, pattern }]);
  }
}

const SHELLS = new Set(['sh', 'bash', 'zsh', 'dash', 'ash', 'ksh', 'mksh', 'csh', 'tcsh', 'fish']);
/** Programs that run the file they are given. */
const INTERPRETERS = new Set(['python', 'node', 'ruby', 'perl', 'php', 'bun', 'deno', 'tsx']);

/** Those that run what comes on their stdin. */
const READS_CODE = new Set(['python', 'node', 'ruby', 'perl', 'php']);

/** More words than this, of all that a call runs, are not followed. */
const MAX_WORDS = 50_000;

/** @throws {RangeError} when a call runs so much that it could not be gone through */
function limitWords(count: number): void {
  if (count > MAX_WORDS) throw new RangeError('too much to run');
}

/**
 * Finds what a call runs in turn.
 * @throws {RangeError} when that is too much
 */
export function findNested(call: Call): Nested[] {
  const { program, args } = call;
  if (SHELLS.has(program)) return nestedInShell(call);
  if (program === 'xargs') return nestedInXargs(call);
  if (program === 'parallel') return nestedInParallel(call);
  if (program === 'find' || program === 'fd') return nestedInFind(call);
  if (program === 'git') return scriptsOfGit(call).map((script) => ({ ...script, positional: [] }));
  const nested: Nested[] = [];
  if (/^[gm]?awk$/.test(program)) return nestedInCode(args.join('\n'), call);
  if (INTERPRETERS.has(program)) nested.push(...nestedInInterpreter(call));
  if (program === 'env') nested.push(...splitStrings(args));
  for (const { wrapper, pattern } of WRAPPERS_OF_PROGRAM.get(program) ?? []) {
    const match = matchPattern(pattern, program, args);
    if (match?.isSure) nested.push(...nestedBehind(wrapper, match.rest, call));
  }
  return nested.length > 0 ? nested : nestedBehindDashes(call);
}

/** What these find behind `--` are files, or arguments of a script. */
const TAKES_OPERANDS =
  /^(?:ag|cargo|cat|chmod|chown|cp|echo|git|go|grep|head|ln|ls|make|mkdir|mv|npm|npx|pnpm|printf|rg|rm|sed|stat|tail|touch|wc|yarn|bun|jest|pytest|vitest|xargs)$/;

/** Programs that start others expect them behind `--`, whatever they are called. */
function nestedBehindDashes({ program, args }: Call): Nested[] {
  const end = args.indexOf('--');
  const words = args.slice(end + 1);
  const isProgram = end >= 0 && words[0] !== undefined && !/^-|\uE000/.test(words[0]);
  // What is taken for the program may be the value of an option before `git log -- file`.
  const before = [program, ...args.slice(0, Math.max(end, 0)).map(programOf)];
  return isProgram && !before.some((name) => TAKES_OPERANDS.test(name)) ? [{ words }] : [];
}

const ASSIGNMENT = /^[A-Za-z_]\w*\+?=/;

/** @param start where the arguments begin that the program is behind */
function nestedBehind(wrapper: Wrapper, start: number, { args: all, cwd, input }: Call): Nested[] {
  const { text, unless, isElsewhere, directory = [] } = wrapper;
  const args = all.slice(start);
  if (args.some((arg) => unless?.test(arg))) return [];
  const found = candidates(args, wrapper);
  const programs = wrapper.mayBeUnknown
    ? found.filter(([name]) => !name?.includes(UNKNOWN))
    : found;
  const options = all.slice(0, all.length - (programs.at(-1)?.length ?? 0));
  const [path] = valuesOf(options, ...directory);
  const at = path === undefined ? cwd : resolvePath(cwd, path);
  const place = { cwd: isElsewhere ? UNKNOWN : at };
  const asText = (script: string) => ({ text: script, positional: [], ...place });
  if (text === 'joined') {
    if (programs.length > 0) return programs.map((words) => asText(words.join(' ')));
    return typeof input === 'string' ? [] : [{ ...asText(input.join('\n')), isInput: true }];
  }
  const texts = args.flatMap((arg, index) => {
    if (text === 'spaced') return /\s/.test(arg) ? [arg] : [];
    const [option = '', attached] = arg.split(/=(.*)/s, 2);
    if (attached !== undefined && text?.test(option)) return [attached];
    return text?.test(args[index - 1] ?? '') ? [arg] : [];
  });
  return [...programs.map((words) => ({ words, ...place })), ...texts.map(asText)];
}

/**
 * Where the program may begin behind options, assignments and operands. Which options take the
 * next word as their value is not always known; what may be a value is tried as the program too.
 */
function candidates(
  args: readonly string[],
  wrapper: Pick<Wrapper, 'flags' | 'operands' | 'takesAssignments'>,
): (readonly string[])[] {
  const found: (readonly string[])[] = [];
  let unsure: readonly string[] | undefined;
  let mayBeValue = false;
  for (const [index, arg] of args.entries()) {
    if (arg === '--') return [...found, behind(args.slice(index + 1), wrapper)];
    if (arg.startsWith('-')) {
      mayBeValue = arg !== '-' && mayTakeValue(arg, wrapper.flags ?? '');
    } else if (!ASSIGNMENT.test(arg)) {
      const words = behind(args.slice(index), wrapper);
      const isUnknown = words[0]?.startsWith(UNKNOWN) ?? false;
      const mayBeAssignments = isUnknown && index === 0 && wrapper.takesAssignments === true;
      const isOptional = mayBeValue || mayBeAssignments;
      // A value is not known much more often than a program.
      limitWords(found.length * words.length);
      if (isUnknown && isOptional) unsure ??= words;
      else if (words.length > 0) found.push(words);
      if (!isOptional) return found;
      mayBeValue = false;
    }
  }
  return found.length === 0 && unsure ? [unsure] : found;
}

function mayTakeValue(option: string, flags: string): boolean {
  if (option.startsWith('--')) return !option.includes('=') && !LONG_FLAGS.test(option);
  // In `-n1` and `-I{}` the value is attached.
  if (/^-[IJ]./.test(option)) return false;
  return /^-[a-zA-Z]+$/.test(option) && !flags.includes(option.slice(-1));
}

/** Skips operands, and the options that follow them. */
function behind(
  args: readonly string[],
  { operands = 0, flags }: Pick<Wrapper, 'flags' | 'operands'>,
): readonly string[] {
  const words = args.slice(operands);
  if (operands === 0 || !words[0]?.startsWith('-')) return words;
  return candidates(words, { flags }).at(-1) ?? [];
}

function nestedInShell({ args, input }: Call): Nested[] {
  const end = endOfOptions(args);
  const options = args.slice(0, end);
  const operands = args.slice(end);
  if (options.some((arg) => /^-[a-zA-Z]*c[a-zA-Z]*$|^--command$/.test(arg))) {
    const [text = '', , ...positional] = operands;
    return [{ text, positional }];
  }
  if (options.some((arg) => /^-[a-z]*n[a-z]*$|^--version$/.test(arg))) return [];
  const readsInput =
    operands.length === 0 || options.some((arg) => /^-(?:[a-z]*s[a-z]*)?$/.test(arg));
  // A script in a file is not read, so it does not matter which file it is.
  const [file = '', ...positional] = operands;
  if (!readsInput && file.startsWith(UNKNOWN)) return [];
  if (!readsInput && !STDIN.test(file))
    return [{ words: [file.includes('/') ? file : `./${file}`, ...positional] }];
  if (typeof input !== 'string') {
    return [{ text: input.join('\n'), positional: operands, isInput: true }];
  }
  return input === 'unknown' ? [{ text: UNKNOWN, positional: [] }] : [];
}

/** Where a shell's own options end; those with a value are `-o`, `-O`, `--rcfile` and the like. */
function endOfOptions(args: readonly string[]): number {
  let index = 0;
  for (; /^[-+]/.test(args[index] ?? ''); index += 1) {
    if (args[index] === '--') return index + 1;
    if (/^(?:[-+][a-zA-Z]*[oO]|--rcfile|--init-file)$/.test(args[index] ?? '')) index += 1;
  }
  return index;
}

const XARGS_FLAGS = '0ioprtx';

function nestedInXargs({ args, input }: Call): Nested[] {
  const programs = candidates(args, { flags: XARGS_FLAGS });
  const options = args.slice(0, args.length - (programs.at(-1)?.length ?? 0));
  const isKnown =
    typeof input !== 'string' && !options.some((arg) => /^(?:-a|--arg-file)/.test(arg));
  const lines = isKnown ? input.filter(Boolean) : [UNKNOWN];
  const at = options.findIndex((arg) => /^(?:-[IJi]|--replace)/.test(arg));
  const option = options[at] ?? '';
  const attached = /^(?:-[IJi]|--replace=?)(.+)$/.exec(option)?.[1];
  const mark = attached ?? (/^-[IJ]$/.test(option) ? options[at + 1] : '{}') ?? '{}';
  return programs.flatMap((words): Nested[] => {
    if (at < 0) return [{ words: [...words, ...lines.flatMap((line) => line.split(/\s+/))] }];
    if (words[0] === mark && (words.length > 1 || programs.length > 1)) return [];
    limitWords(lines.length * words.length);
    return lines.map((line) => ({ words: words.map((word) => word.replaceAll(mark, () => line)) }));
  });
}

/** `parallel command ::: arguments`, or with the arguments on its stdin. */
function nestedInParallel({ args, input }: Call): Nested[] {
  const end = args.findIndex((arg) => /^:::/.test(arg));
  const given = end < 0 ? [] : args.slice(end + 1).filter((arg) => !/^:::/.test(arg));
  const lines = typeof input === 'string' ? [UNKNOWN] : input;
  const items = end < 0 ? lines : given;
  return candidates(end < 0 ? args : args.slice(0, end), { flags: '0kXm' }).flatMap((words) => {
    const text = words.join(' ');
    const template = /\{[^}\s]*\}/.test(text) ? text : `${text} {}`;
    return items.map((item) => ({
      text: template.replace(/\{[^}\s]*\}/g, () => item),
      positional: [],
    }));
  });
}

const FIND_RUNS = /^-(?:exec|execdir|ok|okdir)$/;
const FD_RUNS = /^(?:-x|-X|--exec|--exec-batch)$/;

function nestedInFind({ program, args }: Call): Nested[] {
  const runs = program === 'find' ? FIND_RUNS : FD_RUNS;
  const paths = program === 'find' ? findPaths(args) : fdPaths(args);
  return args.flatMap((arg, index): Nested[] => {
    if (!runs.test(arg)) return [];
    const end = args.findIndex(
      (word, at) => at > index && (word === ';' || (word === '+' && args[at - 1] === '{}')),
    );
    const [name = '', ...rest] = args.slice(index + 1, end < 0 ? undefined : end);
    // Run on all that find comes to, rm leaves no more than `rm -r` does.
    const words = programOf(name) === 'rm' ? [name, '-r', ...rest] : [name, ...rest];
    const isPlaced = words.some((word) => word.includes('{'));
    limitWords(args.length * paths.length);
    return paths.map((path) => ({
      words: isPlaced
        ? words.map((word) => word.replace(/\{(?:\/{0,2}|\.|\/\.)\}/g, () => path))
        : [...words, path],
    }));
  });
}

function fdPaths(args: readonly string[]): string[] {
  const end = args.findIndex((arg) => FD_RUNS.test(arg));
  const [, ...starts] = args.slice(0, end < 0 ? undefined : end).filter((arg) => !/^-/.test(arg));
  return (starts.length > 0 ? starts : ['.']).map((start) => `${start}/*/x*`);
}

/** Options with code; `-r` of node names a module, which does no harm here. */
const TAKES_CODE = /^(?:-[a-zA-Z]*[ceErp]|--eval|--print|eval)$/;

/** `python -m module`, `python file`, `node file`, `php artisan …`; the file is no shell text. */
function nestedInInterpreter(call: Call): Nested[] {
  const { program, args, input } = call;
  const module = program === 'python' ? args.indexOf('-m') : -1;
  if (module >= 0) return [{ words: args.slice(module + 1) }];
  const code = args.filter((_, index) => TAKES_CODE.test(args[index - 1] ?? ''));
  if (code.length > 0) return nestedInCode(code.join('\n'), call);
  const readsInput = args.every((arg) => /^-(?!h|[vV]$|-help|-version)/.test(arg));
  if (readsInput && READS_CODE.has(program)) {
    if (typeof input !== 'string') return nestedInCode(input.join('\n'), call);
    return input === 'unknown' ? [{ text: UNKNOWN, positional: [] }] : [];
  }
  // A file that is not known is no more than a script that is not read.
  return candidates(args, {})
    .filter(([first]) => !first?.startsWith(UNKNOWN))
    .map(([first = '', ...rest]) => ({ words: [posix.basename(first), ...rest] }));
}

function nestedInCode(code: string, { cwd }: Call): Nested[] {
  return commandsInCode(code, cwd).map((command) => ({ ...command, positional: [] }));
}

/** `env -S 'program arguments'`. */
function splitStrings(args: readonly string[]): Nested[] {
  return args.flatMap((arg, index): Nested[] => {
    const attached = /^(?:-[iv0]*S|--split-string=)(.+)$/s.exec(arg)?.[1];
    const isBehind = /^(?:-[iv0]*S|--split-string)$/.test(args[index - 1] ?? '');
    const text = attached ?? (isBehind ? arg : undefined);
    return text === undefined
      ? []
      : [{ text: [text, ...args.slice(index + 1)].join(' '), positional: [] }];
  });
}
