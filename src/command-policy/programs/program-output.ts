import { posix } from 'node:path';
import { hasFlag, hasOption } from '../shell/arguments.ts';
import type { Call } from '../shell/call.ts';
import { UNKNOWN } from '../shell/placeholders.ts';
import { resolvePath } from '../shell/resolve-path.ts';
import type { StreamContent } from '../shell/stream-content.ts';
import { matchPattern, readPatterns } from './command-pattern.ts';
import { filesBelow, findPaths, narrowNames } from './find-paths.ts';
import { listsFiles, readGitCall } from './git-call.ts';
import { echoed, printed } from './printed-text.ts';

/**
 * @param operands the arguments that do not start with a dash
 * @param tree the working tree of the agent
 */
type Output = (call: Call, operands: readonly string[], tree: string) => StreamContent;

/** Programs that pass on lines of their input: some, all, or all in another order. */
const FILTERS = ['sort', 'uniq', 'head', 'tail', 'cat', 'tee', 'tac', 'shuf', 'column'];
/** Programs that change text. Of a file they make just another file. */
const EDITORS = [
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
];
/** Programs that print nothing. */
const SILENT = ['true', ':', 'cd', 'test', '[', 'mkdir', 'sleep'];
/** Programs that print data for a file, not commands. */
const DUMPS = ['pg_dump', 'mysqldump'];

/** Precedes the name of a program for the ids of all its processes. */
export const PROCESSES_OF = 'processes-of:';
/** Stands for the name of any server at one of {@link SERVICE_PORTS}, which agents do not start. */
export const SERVICE = 'a-service';
/** The usual ports of databases, queues and servers of the whole machine. */
export const SERVICE_PORTS: readonly string[] =
  '22 80 443 1433 1521 2181 2375 2379 3306 5432 5672 6379 6443 9042 9092 9200 11211 27017'.split(
    ' ',
  );
/** Stands for the ids of all containers. */
export const ALL_CONTAINERS = 'all-containers';

const OUTPUTS: ReadonlyMap<string, Output> = new Map<string, Output>([
  ...FILTERS.map((name): [string, Output] => [name, filtered]),
  ...EDITORS.map((name): [string, Output] => [name, edited]),
  ...SILENT.map((name): [string, Output] => [name, () => 'nothing']),
  ...DUMPS.map((name): [string, Output] => [name, () => 'a file']),
  ['echo', ({ args }) => echoed(args)],
  ['printf', ({ args }) => printed(args)],
  ['pwd', ({ cwd }) => [cwd]],
  ['ls', listed],
  ['find', ({ args }) => findPaths(args)],
  ['fd', (_, operands) => filesBelow(operands.slice(1))],
  ['rg', searched],
  ['ag', searched],
  ['grep', grepped],
  ['tr', translated],
  ['git', printedByGit],
  ['pgrep', (_, operands) => [PROCESSES_OF + (operands.at(-1) ?? '').replace(/\s/g, '_')]],
  ['pidof', (_, operands) => [PROCESSES_OF + (operands.at(-1) ?? '')]],
  ['lsof', listeners],
  ['docker', containers],
  ['mktemp', ({ args }, operands) => [temporaryFile(args, operands)]],
  ['which', (_, operands) => operands.slice(0, 1)],
  ['type', (_, operands) => operands.slice(0, 1)],
  ['command', ({ args }, operands) => (args.includes('-v') ? operands.slice(0, 1) : 'unknown')],
  ['basename', (_, operands) => [posix.basename(operands[0] ?? '', operands[1])]],
  ['dirname', (_, operands) => operands.map(directoryOf)],
  ['realpath', resolved],
  ['readlink', resolved],
]);

/** Commands whose output sets up a shell, as in `eval "$(direnv hook bash)"`. */
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
/** With such an argument, a program prints a shell script that completes its own arguments. */
const PRINTS_COMPLETION =
  /^(?:(?:--)?completions?(?:-(?:bash|zsh|script))?|generate-shell-completion)$/;

/**
 * What a call prints, as far as other commands may come to run or delete it.
 * @param tree the working tree of the agent
 */
export function outputOf(call: Call, tree: string): StreamContent {
  const { program, args } = call;
  if (SETS_UP_SHELL.some((pattern) => matchPattern(pattern, program, args)?.isSure)) return [':'];
  if (args.some((arg) => PRINTS_COMPLETION.test(arg))) return [':'];
  const output = OUTPUTS.get(program);
  if (!output) return 'unknown';
  return output(
    call,
    args.filter((arg) => !arg.startsWith('-')),
    tree,
  );
}

function filtered({ program, input }: Call, operands: readonly string[]): StreamContent {
  if (program === 'tee') return input;
  const files = operands.filter((operand) => operand !== '-' && !/^[+\d]+$/.test(operand));
  if (files.length > 0) return files.every((file) => file === '/dev/null') ? 'nothing' : 'a file';
  const isPart = program === 'head' || program === 'tail';
  return isPart && typeof input !== 'string' ? narrowNames(input) : input;
}

function edited({ input }: Call): StreamContent {
  return input === 'nothing' || input === 'a file' ? 'a file' : 'unknown';
}

function listed(_: Call, operands: readonly string[]): StreamContent {
  if (operands.length === 0) return ['*'];
  return operands.some((name) => /[*?[]/.test(name)) ? operands : narrowNames(['*']);
}

/** Options of rg and ag that print paths instead of lines. */
const PRINTS_PATHS = ['-l', '--files', '--files-with-matches', '--files-without-match'];

function searched(call: Call, operands: readonly string[]): StreamContent {
  const { args } = call;
  if (!PRINTS_PATHS.some((option) => args.includes(option))) return matchingLines(call);
  return filesBelow(operands.slice(args.includes('--files') ? 0 : 1));
}

function grepped(call: Call, operands: readonly string[]): StreamContent {
  const { args } = call;
  const printsPaths = args.some((arg) => /^-[a-zA-Z]*[lL]|^--files-with/.test(arg));
  if (!printsPaths) return matchingLines(call);
  const paths = operands.slice(1);
  const isRecursive = paths.length === 0 || args.some((arg) => /^-[a-zA-Z]*[rR]/.test(arg));
  return isRecursive ? filesBelow(paths) : narrowNames(paths);
}

function matchingLines({ args, input }: Call): StreamContent {
  if (input === 'nothing' || input === 'a file') return 'a file';
  if (input === 'unknown') return 'unknown';
  return args.some((arg) => /^-[a-zA-Z]*v|^--invert-match$/.test(arg)) ? input : narrowNames(input);
}

/** `tr` between newlines and zero bytes leaves the lines as they are. */
function translated({ input }: Call, operands: readonly string[]): StreamContent {
  return operands.every((set) => /^(?:\\(?:n|0+)|\n)$/.test(set)) ? input : 'unknown';
}

function printedByGit(call: Call, _: readonly string[], tree: string): StreamContent {
  const git = readGitCall(call);
  if (listsFiles(git)) return ['*/x*'];
  const { subcommand, args, cwd } = git;
  if (subcommand !== 'rev-parse') return 'unknown';
  if (args.includes('--show-toplevel')) {
    return cwd === tree || cwd.startsWith(`${tree}/`) ? [tree] : [UNKNOWN];
  }
  return args.some((arg) => /^--(?:git-dir|git-common-dir|absolute-git-dir)$/.test(arg))
    ? [`${tree}/.git`]
    : 'unknown';
}

function listeners({ args }: Call): StreamContent {
  const ports = args.flatMap((arg) => /:(\d+)$/.exec(arg)?.[1] ?? []);
  const isService =
    args.some((arg) => /^-[a-zA-Z]*t/.test(arg)) &&
    ports.some((port) => SERVICE_PORTS.includes(port));
  return isService ? [PROCESSES_OF + SERVICE] : 'unknown';
}

function containers({ args }: Call): StreamContent {
  const lists = args.includes('ps') && hasFlag(args, 'q') && !hasOption(args, '-f', '--filter');
  return lists ? [ALL_CONTAINERS] : 'unknown';
}

/** The file that `mktemp` creates: in the directory for temporary files, unless named otherwise. */
function temporaryFile(args: readonly string[], operands: readonly string[]): string {
  const at = args.findIndex((arg) => arg === '-p' || arg.startsWith('--tmpdir='));
  const directory = args[at]?.startsWith('--') ? args[at]?.slice(9) : args[at + 1];
  const name = (operands.at(-1) ?? 'tmp.XXXXXX').replace(/X{3,}/, 'x');
  if (at >= 0 && directory) {
    return directory === operands.at(-1) ? `${directory}/x` : `${directory}/${name}`;
  }
  const isNamed = operands.length > 0 && !args.includes('-t');
  return isNamed ? name : `/tmp/${name}`;
}

function directoryOf(path: string): string {
  const directory = posix.dirname(path);
  return directory === '.' && path.startsWith(UNKNOWN) ? UNKNOWN : directory;
}

function resolved({ cwd }: Call, operands: readonly string[]): StreamContent {
  return operands.map((path) => resolvePath(cwd, path));
}
