import { type Call, UNKNOWN } from './call.ts';
import { matchPattern, readPatterns } from './command-pattern.ts';
import { findPaths } from './file-rules.ts';
import { scriptsOfGit } from './git-rules.ts';

/** What a call runs in turn: a program with its arguments, or shell text. */
export type Nested = {
  /** Where it runs, if elsewhere. */
  cwd?: string;
} & ({ words: readonly string[] } | { text: string; positional: readonly string[] });

interface Wrapper {
  /** Patterns for the words that come first. */
  commands: string;
  /** How many words, besides options and assignments, come before the program. */
  operands?: number;
  /** With one of these options it runs nothing. */
  unless?: RegExp;
  /** Whether it runs on another machine or in a container. */
  isElsewhere?: boolean;
  /** Whether words with spaces in them are shell text. */
  isText?: boolean;
}

const WRAPPERS: readonly Wrapper[] = [
  { commands: 'command|type', unless: /^-[pvVtaP]*[vVtaP]$/ },
  {
    commands:
      'sudo|doas|nohup|time|nice|ionice|builtin|exec|stdbuf|setsid|caffeinate|unbuffer|chronic',
  },
  { commands: 'env|cross-env|cross-env-shell|dotenv|busybox|toybox|strace|ltrace|corepack|rtk' },
  { commands: 'timeout|taskset|chrt|chroot|flock', operands: 1 },
  { commands: 'npx|bunx|uvx|pnpm|yarn|bun', isText: true },
  {
    commands: 'npm|pnpm|yarn|mise|asdf|direnv|aws-vault|bundle|pipx|uv exec|x|dlx|run',
    isText: true,
  },
  { commands: 'bun x' },
  {
    commands: 'uv|poetry|pipenv|rye|hatch|pdm|pipx|conda|micromamba|op|doppler|dotenvx|heroku run',
  },
  { commands: 'uv tool run' },
  { commands: 'direnv|aws-vault exec', operands: 1 },
  { commands: 'nix develop|shell', operands: 0 },
  { commands: 'docker exec|run', operands: 1, isElsewhere: true },
  { commands: 'docker container exec|run', operands: 1, isElsewhere: true },
  { commands: 'docker compose exec|run', operands: 1, isElsewhere: true },
  { commands: 'kubectl exec|debug|run', operands: 1, isElsewhere: true },
  { commands: 'ssh|autossh|mosh', operands: 1, isElsewhere: true, isText: true },
  {
    commands: 'watch|parallel|hyperfine|concurrently|npm-run-all|entr|nodemon|tmux|screen',
    isText: true,
  },
  { commands: 'su|runuser|script|nix-shell|watchexec|fly|start-server-and-test|wsl', isText: true },
];

const WRAPPER_PATTERNS = WRAPPERS.flatMap((wrapper) =>
  readPatterns(wrapper.commands).map((pattern) => ({ wrapper, pattern })),
);

export const SHELLS = new Set(['sh', 'bash', 'zsh', 'dash', 'ash', 'ksh', 'mksh', 'fish']);
/** Programs that run the file they are given. */
const INTERPRETERS = new Set(['python', 'node', 'ruby', 'perl', 'php', 'bun', 'deno', 'tsx']);

/** Finds what a call runs in turn. */
export function findNested(call: Call): Nested[] {
  const { program, args, cwd } = call;
  if (SHELLS.has(program)) return nestedInShell(call);
  if (program === 'xargs') return nestedInXargs(call);
  if (program === 'find' || program === 'fd') return nestedInFind(call);
  if (program === 'git') return scriptsOfGit(call).map((script) => ({ ...script, positional: [] }));
  const nested: Nested[] = [];
  if (INTERPRETERS.has(program)) nested.push(...nestedInInterpreter(call));
  if (program === 'env') nested.push(...splitStrings(args));
  for (const { wrapper, pattern } of WRAPPER_PATTERNS) {
    const match = matchPattern(pattern, program, args);
    if (match?.isSure) nested.push(...nestedBehind(wrapper, args.slice(match.rest), cwd));
  }
  return nested;
}

const ASSIGNMENT = /^[A-Za-z_]\w*\+?=/;

function nestedBehind(wrapper: Wrapper, args: readonly string[], cwd: string): Nested[] {
  if (args.some((arg) => wrapper.unless?.test(arg))) return [];
  const at = wrapper.isElsewhere ? { cwd: UNKNOWN } : { cwd };
  const programs = candidates(args, wrapper.operands ?? 0);
  const nested: Nested[] = programs.map((words) => ({ words, ...at }));
  if (wrapper.isText) {
    const texts = args.filter((arg) => /\s/.test(arg.trim()));
    nested.push(...texts.map((text) => ({ text, positional: [], ...at })));
    // An ssh server puts the words together again and gives them to a shell.
    if (wrapper.isElsewhere) {
      nested.push(...programs.map((words) => ({ text: words.join(' '), positional: [], ...at })));
    }
  }
  return nested;
}

/**
 * Where the program may begin behind options, assignments and operands. Which options take the
 * next word as their value is not known, so each word behind an option is tried as the program.
 */
function candidates(args: readonly string[], operands: number): (readonly string[])[] {
  const found: (readonly string[])[] = [];
  let mayBeValue = false;
  for (const [index, arg] of args.entries()) {
    if (arg === '--') {
      found.push(...behind(args.slice(index + 1), operands), args.slice(index + 1));
      break;
    }
    if (arg.startsWith('-') && arg !== '-') {
      mayBeValue = !arg.includes('=');
      continue;
    }
    if (ASSIGNMENT.test(arg)) continue;
    const rest = behind(args.slice(index), operands);
    // What may just as well be an unknown value says nothing.
    if (!mayBeValue || !rest[0]?.[0]?.startsWith(UNKNOWN) || rest[0].length === 1) {
      found.push(...rest);
    }
    if (!mayBeValue) break;
    mayBeValue = false;
  }
  return found.filter((words) => words.length > 0);
}

/** Skips operands, and the options and assignments that follow them. */
function behind(args: readonly string[], operands: number): (readonly string[])[] {
  const words = args.slice(operands);
  if (operands === 0) return [words];
  return words[0]?.startsWith('-') ? candidates(words, 0) : [words];
}

function nestedInShell({ args, input }: Call): Nested[] {
  const [option] = args.filter((arg) => /^-[a-zA-Z]*c[a-zA-Z]*$/.test(arg) || arg === '--command');
  if (option !== undefined) {
    const operands = skipOptions(args.slice(args.indexOf(option) + 1));
    const [text = '', , ...positional] = operands;
    return [{ text, positional }];
  }
  const isCheck = args.some((arg) => /^-[a-z]*n[a-z]*$/.test(arg) && arg !== '-norc');
  if (isCheck) return [];
  const operands = skipOptions(args);
  const readsInput = operands.length === 0 || args.some((arg) => arg === '-s' || arg === '-');
  if (!readsInput) return [{ words: operands }];
  if (typeof input !== 'string') {
    return [{ text: input.join('\n'), positional: operands }];
  }
  return input === 'unknown' ? [{ text: UNKNOWN, positional: [] }] : [];
}

/** Without a shell's options; those with a value are `-o` and `-O`, `--rcfile` and `--init-file`. */
function skipOptions(args: readonly string[]): readonly string[] {
  let index = 0;
  for (; /^[-+]./.test(args[index] ?? ''); index += 1) {
    if (args[index] === '--') return args.slice(index + 1);
    if (/^(?:[-+][a-z]*[oO]|--rcfile|--init-file)$/.test(args[index] ?? '')) index += 1;
  }
  return args.slice(index);
}

function nestedInXargs({ args, cwd, input }: Call): Nested[] {
  const items = typeof input === 'string' ? [UNKNOWN] : input.flatMap((line) => line.split(/\s+/));
  const given = items.filter((item) => item !== '');
  const at = args.findIndex((arg) => /^(?:-[IJi]|--replace)/.test(arg));
  const attached = /^(?:-[IJi]|--replace=?)(.*)$/.exec(args[at] ?? '')?.[1];
  const mark = attached || (/^-[IJ]$/.test(args[at] ?? '') && args[at + 1]) || '{}';
  return candidates(args, 0).flatMap((words): Nested[] => {
    if (at < 0) return [{ words: [...words, ...given], cwd }];
    return given.map((item) => ({ words: words.map((word) => word.replaceAll(mark, item)), cwd }));
  });
}

const FIND_RUNS = /^-(?:exec|execdir|ok|okdir)$/;
const FD_RUNS = /^(?:-x|-X|--exec|--exec-batch)$/;

function nestedInFind({ program, args, cwd }: Call): Nested[] {
  const runs = program === 'find' ? FIND_RUNS : FD_RUNS;
  const paths = program === 'find' ? findPaths(args) : fdPaths(args);
  return args.flatMap((arg, index): Nested[] => {
    if (!runs.test(arg)) return [];
    const end = args.findIndex(
      (word, at) => at > index && (word === ';' || (word === '+' && args[at - 1] === '{}')),
    );
    const words = args.slice(index + 1, end < 0 ? undefined : end);
    const isPlaced = words.some((word) => word.includes('{'));
    return paths.map((path) => ({
      words: isPlaced
        ? words.map((word) => word.replace(/\{(?:\/{0,2}|\.|\/\.)\}/g, () => path))
        : [...words, path],
      cwd,
    }));
  });
}

function fdPaths(args: readonly string[]): string[] {
  const end = args.findIndex((arg) => FD_RUNS.test(arg));
  const [, ...starts] = args.slice(0, end < 0 ? undefined : end).filter((arg) => !/^-/.test(arg));
  return (starts.length > 0 ? starts : ['.']).map((start) => `${start}/*/x*`);
}

/** `python -m module`, `python file`, `node file`, `php artisan …`. */
function nestedInInterpreter({ program, args, cwd }: Call): Nested[] {
  const module = program === 'python' ? args.indexOf('-m') : -1;
  if (module >= 0) return [{ words: args.slice(module + 1), cwd }];
  if (args.some((arg) => /^-(?:c|e|r|p|-eval|-print)$/.test(arg))) return [];
  // A file that is not known is no more than a script that is not read.
  return candidates(args, 0)
    .filter(([first]) => !first?.startsWith(UNKNOWN))
    .map((words) => ({ words, cwd }));
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
