import { BUILTINS, type Shell } from './builtins.ts';
import { type Call, type Place, STDIN } from './call.ts';
import type { Frame, Interpretation } from './interpretation.ts';
import { UNKNOWN } from './placeholders.ts';
import type { Nested } from './programs.ts';
import { runLater } from './redirections.ts';
import {
  childScope,
  forgetPositional,
  positionalOf,
  readFile,
  type ShellFunction,
  setPositional,
  writeFile,
} from './scope.ts';
import type { StreamContent } from './stream-content.ts';

/** A program that is about to run. */
export interface ProgramRun {
  frame: Frame;
  /** The command as written. */
  text: string;
  /** The variables that are set for this program alone. */
  environment: ReadonlyMap<string, readonly string[]>;
  isWrapped?: boolean;
  /** Where it runs, if not where the shell does. */
  place?: Place | undefined;
}

/** The work of starting a program, in addition to that of its words. */
const WORK_OF_CALL = 100;
/** Resolving an argument against a directory whose path is longer costs more. */
const MAX_SHORT_PATH = 32;

/** A program whose name only the files there will tell, as in `/bin/r?`. */
const HAS_WILDCARD = /^\/(?:usr\/)?s?bin\/.*[*?[]/;

/** The first line of a script in a language other than a shell's. */
const OTHER_LANGUAGE = /^#!(?!.*\b(?:ba|z|da|k|a)?sh\b)/;

/** @param words the program and its arguments */
export function runCall(
  words: readonly string[],
  cwd: string,
  run: ProgramRun,
  interpretation: Interpretation,
): StreamContent {
  const { budget, findings, programs, rules } = interpretation;
  budget.spend(WORK_OF_CALL + words.length * Math.ceil(cwd.length / MAX_SHORT_PATH));
  budget.spendOn(words);
  const { scope, input } = run.frame;
  if (typeof input !== 'string') budget.spendOn(input);
  const { program, name, args } = programs.readWords(words);
  const call: Call = {
    program,
    name,
    args,
    cwd,
    input,
    place: run.place ?? scope.place,
    text: run.text,
    variableOf: (variable) => variableOf(variable, run),
    readFile: (path) => {
      const lines = STDIN.test(path) ? input : readFile(scope, path);
      if (typeof lines !== 'string') budget.spendOn(lines);
      return lines;
    },
  };
  const base = call.name.slice(call.name.lastIndexOf('/') + 1);
  if (base.includes(UNKNOWN) || HAS_WILDCARD.test(call.name)) {
    // The unknown part may be empty.
    const rest = base.replaceAll(UNKNOWN, '');
    if (rest !== '' && rest !== base)
      return runCall([rest, ...call.args], cwd, run, interpretation);
    findings.add(rules.obstacles['unknown program'], run.text);
    return 'unknown';
  }
  return budget.nest(() => runKnown(call, run, interpretation));
}

function variableOf(name: string, { environment, frame }: ProgramRun): string | undefined {
  const { exported, variables } = frame.scope;
  const values = environment.get(name) ?? (exported.has(name) ? variables.get(name) : undefined);
  return values?.length === 1 ? values[0] : undefined;
}

function runKnown(call: Call, run: ProgramRun, interpretation: Interpretation): StreamContent {
  const { findings, rules } = interpretation;
  const { scope } = run.frame;
  findings.add(rules.checkCall(call, run.isWrapped ?? false), run.text);
  const builtin = BUILTINS.get(call.program);
  if (builtin) return builtin(call, shellOf(run, interpretation));
  const called = scope.functions.get(call.name);
  if (called) return runFunction(called, call, run, interpretation);
  const alias = scope.aliases.get(call.name);
  if (alias === undefined) return runProgram(call, run, interpretation);
  return runChild({ text: `${alias} "$@"`, positional: call.args }, call, run, interpretation);
}

/** Runs a program in a process of its own, with everything that it runs in turn. */
function runProgram(call: Call, run: ProgramRun, interpretation: Interpretation): StreamContent {
  const { programs } = interpretation;
  const { scope } = run.frame;
  const written = call.name.includes('/') ? call.readFile(call.name) : 'a file';
  if (typeof written !== 'string' && !OTHER_LANGUAGE.test(written[0] ?? '')) {
    runChild({ text: written.join('\n'), positional: call.args }, call, run, interpretation);
  }
  let nestedOutput: StreamContent | undefined;
  for (const nested of programs.findNested(call)) {
    nestedOutput = runNested(nested, call, run, interpretation);
  }
  for (const { path, content } of programs.filesSavedBy(call)) {
    writeFile(scope, path, content);
    runLater(path, content, run.frame, interpretation);
  }
  const output = programs.outputOf(call);
  return output === 'unknown' ? (nestedOutput ?? output) : output;
}

function runNested(
  nested: Nested,
  call: Call,
  run: ProgramRun,
  interpretation: Interpretation,
): StreamContent {
  const cwd = nested.cwd ?? call.cwd;
  if ('words' in nested) {
    const place = nested.place ?? run.place;
    return runCall(nested.words, cwd, { ...run, place, isWrapped: true }, interpretation);
  }
  const input = nested.isInput ? 'nothing' : call.input;
  const place = nested.place ?? call.place;
  return runChild(nested, { ...call, cwd, input, place }, run, interpretation);
}

/** Runs a script in a shell of its own. */
function runChild(
  { text, positional }: { text: string; positional: readonly string[] },
  { cwd, input, place }: Call,
  { frame, environment, text: shown }: ProgramRun,
  interpretation: Interpretation,
): StreamContent {
  interpretation.budget.spend(frame.scope.variables.size);
  const scope = { ...childScope(frame.scope, cwd, environment), place };
  setPositional(scope, positional);
  return interpretation.runText(text, scope, input, shown);
}

function shellOf(run: ProgramRun, interpretation: Interpretation): Shell {
  const { scope } = run.frame;
  return {
    scope,
    home: interpretation.environment.home,
    runText: (text, input) => interpretation.runText(text, scope, input, run.text),
    runTextAtExit: (text) => {
      interpretation.atExit.push(() => interpretation.runText(text, scope, 'nothing', run.text));
    },
  };
}

function runFunction(
  { body, source }: ShellFunction,
  { args, input }: Call,
  { frame: { pipeline, scope }, text }: ProgramRun,
  interpretation: Interpretation,
): StreamContent {
  const { budget, called, findings, rules, running } = interpretation;
  if (running.has(body)) {
    // A function that pipes into itself starts processes without end.
    if (pipeline) findings.add(rules.obstacles['too large'], text);
    return 'unknown';
  }
  budget.spend(scope.variables.size + args.length);
  const before = positionalOf(scope);
  called.add(body);
  running.add(body);
  setPositional(scope, args);
  const output = interpretation.runNode(body, { source, scope, input });
  running.delete(body);
  forgetPositional(scope);
  for (const [key, values] of before) scope.variables.set(key, values);
  return output;
}
