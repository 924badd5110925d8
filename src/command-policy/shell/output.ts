import { posix } from 'node:path';
import { matchPattern, readPatterns } from '../command-pattern.ts';
import { findPaths, narrowNames } from '../rules/file.ts';
import { isGitListing, readGitCall } from '../rules/git.ts';
import {
  type Call,
  type Flow,
  hasFlag,
  hasOption,
  operandsOf,
  programOf,
  UNKNOWN,
  valuesOf,
} from './call.ts';
import { type Place, resolvePath } from './place.ts';

/** Commands that print shell text to set up a shell, as in `eval "$(direnv hook bash)"`. */
const SETS_UP_SHELL = [
  'ssh-agent',
  'dircolors',
  'direnv hook|export',
  'pyenv|rbenv|nodenv|starship|zoxide *init',
  'mise|rtx activate',
  'conda|micromamba shell*',
  'brew shellenv',
  'fnm|opam|docker-machine env',
  'minikube docker-env',
  'luarocks path',
].flatMap(readPatterns);
/** With such a word, programs print shell text that completes their own arguments. */
const PRINTS_COMPLETION =
  /^(?:(?:--)?completions?(?:-(?:bash|zsh|script))?|generate-shell-completion)$/;

/** Programs that pass on some of their input's lines, or all of them in another order. */
const FILTERS = new Set(['sort', 'uniq', 'head', 'tail', 'cat', 'tee', 'tac', 'shuf', 'column']);
/** Programs that change text; of a file they are given, or get, they make no more than a file. */
const EDITORS = new Set([
  'awk',
  'sed',
  'envsubst',
  'zcat',
  'gunzip',
  'gzip',
  'bzcat',
  'xzcat',
  'zstdcat',
  'pv',
  'iconv',
  'dos2unix',
]);

/** What a call prints, as far as other commands may come to run or delete it. */
export function outputOf(call: Call, place: Place): Flow {
  const { program, args, cwd, input } = call;
  const operands = args.filter((arg) => !arg.startsWith('-'));
  if (SETS_UP_SHELL.some((pattern) => matchPattern(pattern, program, args)?.isSure)) return [':'];
  if (args.some((arg) => PRINTS_COMPLETION.test(arg))) return [':'];
  if (FILTERS.has(program)) return filtered(call, operands);
  if (EDITORS.has(program)) return input === 'nothing' || input === 'a file' ? 'a file' : 'unknown';
  switch (program) {
    case 'echo':
      return echoed(args);
    case 'printf':
      return printed(args);
    case 'true':
    case ':':
    case 'cd':
    case 'test':
    case '[':
    case 'mkdir':
    case 'sleep':
      return 'nothing';
    case 'pg_dump':
    case 'mysqldump':
      return 'a file';
    case 'pwd':
      return [cwd];
    case 'ls':
      if (operands.length === 0) return ['*'];
      return operands.some((name) => /[*?[]/.test(name)) ? operands : narrowNames(['*']);
    case 'find':
      return findPaths(args);
    case 'fd':
      return filesBelow(operands.slice(1));
    case 'rg':
    case 'ag':
      return LISTS_FILES.some((option) => args.includes(option))
        ? filesBelow(operands.slice(args.includes('--files') ? 0 : 1))
        : grepped(call);
    case 'grep':
      return args.some((arg) => /^-[a-zA-Z]*[lL]|^--files-with/.test(arg))
        ? listed(args, operands.slice(1))
        : grepped(call);
    case 'tr':
      // Between newlines and zero bytes, the lines are the same.
      return operands.every((set) => /^(?:\\(?:n|0+)|\n)$/.test(set)) ? input : 'unknown';
    case 'git':
      return printedByGit(call, place);
    case 'mktemp':
      return [temporary(args, operands)];
    case 'which':
    case 'type':
      return operands.slice(0, 1);
    case 'command':
      return args.includes('-v') ? operands.slice(0, 1) : 'unknown';
    case 'basename':
      return [posix.basename(operands[0] ?? '', operands[1])];
    case 'dirname':
      return operands.map((path) => directoryOf(path));
    case 'realpath':
    case 'readlink':
      return operands.map((path) => resolvePath(cwd, path));
    default:
      return 'unknown';
  }
}

function filtered({ program, input }: Call, operands: readonly string[]): Flow {
  if (program === 'tee') return input;
  const files = operands.filter((operand) => operand !== '-' && !/^[+\d]+$/.test(operand));
  if (files.length > 0) return files.every((file) => file === '/dev/null') ? 'nothing' : 'a file';
  const isPart = program === 'head' || program === 'tail';
  return isPart && typeof input !== 'string' ? narrowNames(input) : input;
}

function echoed(args: readonly string[]): Flow {
  const first = args.findIndex((arg) => !/^-[neE]+$/.test(arg));
  const text = first < 0 ? '' : args.slice(first).join(' ');
  return lines(args.some((arg) => /^-[nE]*e/.test(arg)) ? readEscapes(text) : text);
}

function printed(args: readonly string[]): Flow {
  const [format = '', ...values] = args[0] === '--' ? args.slice(1) : args;
  if (format === '-v') return 'nothing';
  const rest = [...values];
  let text = '';
  // The format is used again as long as there are values.
  do {
    text += readEscapes(format).replace(/%(%|[-\d.]*[a-zA-Z])/g, (_, kind: string) => {
      if (kind === '%') return '%';
      const value = rest.shift() ?? '';
      return kind === 'b' ? readEscapes(value) : value;
    });
  } while (rest.length > 0 && /%[-\d.]*[a-zA-Z]/.test(format));
  return lines(text);
}

/** Zero bytes end lines here, as they do for `xargs -0`. */
function readEscapes(text: string): string {
  return text.replace(/\\(x[\da-f]{1,2}|[0-7]{1,4}|[abefnrtv\\])/gi, (_, code: string) => {
    if (code === '\\') return code;
    const byte = code.startsWith('x')
      ? Number.parseInt(code.slice(1), 16)
      : Number.parseInt(code, 8);
    if (Number.isNaN(byte)) return code === 'n' ? '\n' : ' ';
    return byte === 0 ? '\n' : String.fromCharCode(byte);
  });
}

/** The files that a download is saved to. */
export function downloadsOf({ program, args }: Call): string[] {
  if (program !== 'curl' && program !== 'wget') return [];
  const named = [
    ...valuesOf(args, '-o', '-O', '--output', '--output-document'),
    ...args.filter((_, index) => /^-[a-zA-Z]+[oO]$/.test(args[index - 1] ?? '')),
    ...args.flatMap((arg) => /^-[a-zA-Z]+[oO]([-./].*)$/s.exec(arg)?.[1] ?? []),
  ];
  const isByUrl =
    program === 'wget'
      ? named.length === 0
      : hasFlag(args, 'O') || hasOption(args, '--remote-name');
  const byUrl = isByUrl ? operandsOf(args).map((url) => url.replace(/[?#].*$/s, '')) : [];
  return [...named, ...byUrl.map((url) => posix.basename(url))].filter((file) => file !== '-');
}

function lines(text: string): string[] {
  return text.replace(/\n$/, '').split('\n');
}

const LISTS_FILES = ['-l', '--files', '--files-with-matches', '--files-without-match'];

function filesBelow(directories: readonly string[]): string[] {
  return (directories.length > 0 ? directories : ['.']).map((path) => `${path}/*/x*`);
}

/** What `grep -l` prints: some of the files it is given, or files in the directories. */
function listed(args: readonly string[], paths: readonly string[]): string[] {
  const isRecursive = paths.length === 0 || args.some((arg) => /^-[a-zA-Z]*[rR]/.test(arg));
  return isRecursive ? filesBelow(paths) : narrowNames(paths);
}

function grepped({ args, input }: Call): Flow {
  if (input === 'nothing' || input === 'a file') return 'a file';
  if (input === 'unknown') return 'unknown';
  return args.some((arg) => /^-[a-zA-Z]*v|^--invert-match$/.test(arg)) ? input : narrowNames(input);
}

function printedByGit(call: Call, { tree }: Place): Flow {
  if (isGitListing(call)) return ['*/x*'];
  const { subcommand, args, cwd } = readGitCall(call);
  if (subcommand !== 'rev-parse') return 'unknown';
  if (args.includes('--show-toplevel')) {
    return cwd === tree || cwd.startsWith(`${tree}/`) ? [tree] : [UNKNOWN];
  }
  return args.some((arg) => /^--(?:git-dir|git-common-dir|absolute-git-dir)$/.test(arg))
    ? [`${tree}/.git`]
    : 'unknown';
}

/** `mktemp` makes its file where temporary files are, unless the name says otherwise. */
function temporary(args: readonly string[], operands: readonly string[]): string {
  const at = args.findIndex((arg) => arg === '-p' || arg.startsWith('--tmpdir='));
  const directory = args[at]?.startsWith('--') ? args[at]?.slice(9) : args[at + 1];
  const name = (operands.at(-1) ?? 'tmp.XXXXXX').replace(/X{3,}/, 'x');
  if (at >= 0 && directory)
    return directory === operands.at(-1) ? `${directory}/x` : `${directory}/${name}`;
  const isNamed = operands.length > 0 && !args.includes('-t');
  return isNamed ? name : `/tmp/${name}`;
}

function directoryOf(path: string): string {
  const directory = posix.dirname(path);
  return directory === '.' && path.startsWith(UNKNOWN) ? UNKNOWN : directory;
}

/** The program that a shell variable stands for by custom. */
export const CUSTOMARY_PROGRAMS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    BASH: 'bash',
    CARGO: 'cargo',
    CC: 'cc',
    CXX: 'c++',
    EDITOR: 'editor',
    GO: 'go',
    JAVA: 'java',
    MAKE: 'make',
    NODE: 'node',
    PAGER: 'less',
    PERL: 'perl',
    PIP: 'pip',
    PYTHON: 'python',
    PYTHON3: 'python',
    RUBY: 'ruby',
    SHELL: 'sh',
    SUDO: 'sudo',
  }).map(([name, program]) => [name, programOf(program)]),
);
