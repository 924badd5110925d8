import type { CompoundCommand, CompoundList, Redirected } from 'unbash';
import type { Place } from './call.ts';
import { MAX_TEXT } from './expand-word.ts';
import { BREAK, UNKNOWN } from './placeholders.ts';
import { resolvePath } from './resolve-path.ts';
import type { StreamContent } from './stream-content.ts';
import type { WorkBudget } from './work-budget.ts';

/** A shell function, with the text that its positions refer to. */
export interface ShellFunction {
  body: CompoundCommand | Redirected | CompoundList;
  source: string;
}

/** The state of the shell at one point of a script. */
export interface Scope {
  cwd: string;
  /** Where the shell runs, if not on this machine. */
  place?: Place | undefined;
  /** The directory before the last `cd`, which `cd -` returns to. */
  previous: string;
  /** The possible values of each variable. */
  variables: Map<string, readonly string[]>;
  /** The variables that child processes inherit. */
  exported: Set<string>;
  functions: Map<string, ShellFunction>;
  aliases: Map<string, string>;
  /** The lines of the files that the command has written itself. */
  files: Map<string, string[]>;
}

/** With more possible values than this, a variable counts as unknown. */
const MAX_VALUES = 64;
/** With more lines than this, the content of a file counts as unknown. */
const MAX_LINES = 100_000;
const POSITIONAL = /^(?:\d+|[@*])$/;

/** The scope of a new shell, which knows nothing yet. */
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

/**
 * The scope of a subshell: apart from files and aliases, nothing that it sets outlives it.
 * @throws {RangeError} if the command has used up its work budget
 */
export function forkScope(scope: Scope, budget: WorkBudget): Scope {
  budget.spend(4 * (scope.variables.size + scope.exported.size + scope.functions.size));
  return {
    ...scope,
    variables: new Map(scope.variables),
    exported: new Set(scope.exported),
    functions: new Map(scope.functions),
  };
}

/**
 * The scope of a shell in a process of its own, which inherits only exported variables.
 * @param environment the variables set for this process alone, as in `A=1 sh`
 */
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

/**
 * Merges the scopes of branches of which one was taken, or of a loop that may not have run.
 * @throws {RangeError} if the command has used up its work budget
 */
export function joinScopes(scope: Scope, branches: readonly Scope[], budget: WorkBudget): void {
  const names = new Set(branches.flatMap((branch) => [...branch.variables.keys()]));
  budget.spend(names.size * branches.length);
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

/** Sets a variable to its possible values. */
export function setVariable(scope: Scope, name: string, values: readonly string[]): void {
  // A single text has no duplicates, and looking for them would read all of it.
  const distinct = values.length === 1 ? values : [...new Set(values)];
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

/** The values of `$1`, `$2` and so on. */
export function positionalOf(scope: Scope): Map<string, readonly string[]> {
  return new Map([...scope.variables].filter(([name]) => POSITIONAL.test(name)));
}

/** @returns the lines of a file that the command has written itself, else `a file` */
export function readFile({ files, cwd }: Scope, path: string): StreamContent {
  return files.get(resolvePath(cwd, path)) ?? 'a file';
}

/** Adds lines to a file. It is never truncated: the check assumes the worst of either content. */
export function writeFile({ files, cwd }: Scope, path: string, content: StreamContent): void {
  const file = resolvePath(cwd, path);
  const lines = content === 'unknown' ? [UNKNOWN] : content;
  if (typeof lines === 'string') files.delete(file);
  else {
    const all = files.get(file) ?? [];
    // They may be the lines of the file itself, as in `cat file >> file`.
    for (const line of [...lines]) all.push(line);
    files.set(file, all.length > MAX_LINES ? [UNKNOWN] : all);
  }
}
