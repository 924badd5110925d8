import type { Call } from './call.ts';
import { UNKNOWN } from './placeholders.ts';
import { resolvePath } from './resolve-path.ts';
import { forgetPositional, type Scope, setPositional, setVariable } from './scope.ts';
import type { StreamContent } from './stream-content.ts';

/** The shell that runs a builtin, as far as a builtin can affect it. */
export interface Shell {
  scope: Scope;
  home: string;
  /** Runs text in this shell. */
  runText(text: string, input: StreamContent): StreamContent;
  /** Runs text when this shell exits. */
  runTextAtExit(text: string): void;
}

type Builtin = (call: Call, shell: Shell) => StreamContent;

function changeDirectory({ args, cwd }: Call, { scope, home }: Shell): StreamContent {
  const target = args.findLast((arg) => arg === '-' || !arg.startsWith('-')) ?? home;
  const next = target === '-' ? scope.previous : resolvePath(cwd, target);
  scope.previous = scope.cwd;
  scope.cwd = next;
  return 'nothing';
}

/** `export`, `local` and so on. A name occurs once for each value that it may have. */
function declare({ program, args }: Call, { scope }: Shell): StreamContent {
  const values = new Map<string, string[]>();
  for (const arg of args.filter((word) => !word.startsWith('-'))) {
    const [name = '', value] = arg.split(/=(.*)/s, 2);
    if (program === 'export' || args.includes('-x')) scope.exported.add(name);
    if (value === undefined) continue;
    const known = values.get(name);
    if (known) known.push(value);
    else values.set(name, [value]);
  }
  for (const [name, all] of values) setVariable(scope, name, all);
  return 'nothing';
}

function read({ program, args, input }: Call, { scope }: Shell): StreamContent {
  const names = args.filter((arg) => /^[A-Za-z_]\w*$/.test(arg));
  const lines = typeof input === 'string' ? [UNKNOWN] : input;
  const isWhole = names.length === 1 || program !== 'read';
  for (const name of names) setVariable(scope, name, isWhole ? lines : [UNKNOWN]);
  return 'nothing';
}

function source({ args, input, readFile }: Call, shell: Shell): StreamContent {
  const [file = '', ...positional] = args;
  const lines = readFile(file);
  if (positional.length > 0) setPositional(shell.scope, positional);
  if (lines === 'unknown') return shell.runText(UNKNOWN, 'nothing');
  return typeof lines === 'string' ? 'unknown' : shell.runText(lines.join('\n'), input);
}

function alias({ args }: Call, { scope }: Shell): StreamContent {
  for (const arg of args) {
    const [name = '', text] = arg.split(/=(.*)/s, 2);
    if (text !== undefined) scope.aliases.set(name, text);
  }
  return 'nothing';
}

/** The builtins that change the shell in which they run. */
export const BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ['cd', changeDirectory],
  ['pushd', changeDirectory],
  ['popd', (call, shell) => changeDirectory({ ...call, args: ['-'] }, shell)],
  ['export', declare],
  ['local', declare],
  ['declare', declare],
  ['typeset', declare],
  ['readonly', declare],
  ['alias', alias],
  ['read', read],
  ['mapfile', read],
  ['readarray', read],
  ['source', source],
  ['.', source],
  ['eval', ({ args, input }, shell) => shell.runText(args.join(' '), input)],
  [
    'shift',
    (_, { scope }) => {
      forgetPositional(scope);
      return 'nothing';
    },
  ],
  [
    'set',
    ({ args }, { scope }) => {
      const at = args.indexOf('--');
      if (at >= 0) setPositional(scope, args.slice(at + 1));
      return 'nothing';
    },
  ],
  [
    'unset',
    ({ args }, { scope }) => {
      for (const name of args) setVariable(scope, name, ['']);
      return 'nothing';
    },
  ],
  [
    'trap',
    ({ args }, shell) => {
      const [action = '-'] = args.filter((arg) => arg !== '--');
      if (!action.startsWith('-')) shell.runTextAtExit(action);
      return 'nothing';
    },
  ],
]);
