import type { CompoundCommand, CompoundList, Redirected } from 'unbash';
import { type Flow, UNKNOWN } from './call.ts';
import { BREAK, MAX_TEXT } from './expand-word.ts';
import { resolvePath } from './place.ts';

/** A function of the shell, with the text that its positions are in. */
export interface ShellFunction {
  body: CompoundCommand | Redirected | CompoundList;
  source: string;
}

/** What the shell knows at one point of a script. */
export interface Scope {
  cwd: string;
  /** The directory before the last `cd`. */
  previous: string;
  /** The values that each variable may have. */
  variables: Map<string, readonly string[]>;
  /** The variables that other programs see. */
  exported: Set<string>;
  functions: Map<string, ShellFunction>;
  aliases: Map<string, string>;
  /** The lines of files that this command has written itself. */
  files: Map<string, readonly string[]>;
}

const MAX_VALUES = 64;
const MAX_LINES = 100_000;
const POSITIONAL = /^(?:\d+|[@*])$/;

export function createScope(cwd: string): Scope {
  return {
    cwd,
    previous: UNKNOWN,
    variables: new Map(),
    exported: new Set(),
    functions: new Map(),
    aliases: new Map(),
    files: new Map(),
  };
}

/** A subshell: what it sets is gone when it ends, save the files. */
export function forkScope(scope: Scope): Scope {
  return {
    ...scope,
    variables: new Map(scope.variables),
    exported: new Set(scope.exported),
    functions: new Map(scope.functions),
  };
}

/** The scope of another shell: it has only what is exported. */
export function childScope(
  scope: Scope,
  cwd: string,
  environment: ReadonlyMap<string, readonly string[]>,
): Scope {
  const exported = [...scope.variables].filter(([name]) => scope.exported.has(name));
  const variables = new Map([...exported, ...environment]);
  return {
    ...createScope(cwd),
    files: scope.files,
    variables,
    exported: new Set(variables.keys()),
  };
}

/** Goes on after branches of which one was taken, or after a loop that may not have run. */
export function joinScopes(scope: Scope, branches: readonly Scope[]): void {
  const names = new Set(branches.flatMap((branch) => [...branch.variables.keys()]));
  for (const name of names) {
    const values = branches.flatMap((branch) => branch.variables.get(name) ?? [UNKNOWN]);
    setVariable(scope, name, values);
  }
  for (const branch of branches) {
    for (const name of branch.exported) scope.exported.add(name);
    for (const [name, body] of branch.functions) scope.functions.set(name, body);
  }
  const [cwd = scope.cwd, ...others] = new Set(branches.map((branch) => branch.cwd));
  scope.cwd = others.length === 0 ? cwd : UNKNOWN;
}

export function setVariable(scope: Scope, name: string, values: readonly string[]): void {
  const distinct = [...new Set(values)];
  const isTooMuch =
    distinct.length > MAX_VALUES || distinct.some(({ length }) => length > MAX_TEXT);
  scope.variables.set(name, isTooMuch ? [UNKNOWN] : distinct);
}

/** Sets `$1`, `$2` and so on. */
export function setPositional(scope: Scope, args: readonly string[]): void {
  forgetPositional(scope);
  for (const [index, arg] of args.entries()) setVariable(scope, String(index + 1), [arg]);
  setVariable(scope, '@', [args.join(BREAK)]);
  setVariable(scope, '*', [args.join(' ')]);
}

/** Forgets `$1`, `$2` and so on. */
export function forgetPositional(scope: Scope): void {
  for (const name of scope.variables.keys()) {
    if (POSITIONAL.test(name)) scope.variables.delete(name);
  }
}

export function positionalOf(scope: Scope): Map<string, readonly string[]> {
  return new Map([...scope.variables].filter(([name]) => POSITIONAL.test(name)));
}

/** @returns the lines of a file that the command has written itself */
export function readFile({ files, cwd }: Scope, path: string): Flow {
  return files.get(resolvePath(cwd, path)) ?? 'a file';
}

/** Adds to what is known of a file; whether it is written anew makes no difference to the worst. */
export function writeFile({ files, cwd }: Scope, path: string, flow: Flow): void {
  const file = resolvePath(cwd, path);
  const lines = flow === 'unknown' ? [UNKNOWN] : flow;
  if (typeof lines === 'string') files.delete(file);
  else {
    const all = (files.get(file) ?? []).concat(lines);
    files.set(file, all.length > MAX_LINES ? [UNKNOWN] : all);
  }
}
