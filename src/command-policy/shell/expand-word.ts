import { type ParameterExpansionPart, parse, type Script, type Word, type WordPart } from 'unbash';
import { BREAK, UNKNOWN } from './placeholders.ts';
import { removePattern } from './remove-pattern.ts';

/** What expanding a word needs from its surroundings. */
export interface WordContext {
  cwd: string;
  home: string;
  /** The possible values of a variable; `BREAK` separates the elements of a list. */
  lookUp(name: string): readonly string[];
  /** Runs `$(…)` and returns its output without the last newline. */
  substitute(script: Script): string;
  /** Runs `<(…)` and returns the name of the file that holds its output. */
  substituteFile(script: Script): string;
  /** @throws {RangeError} if the command has used up its work budget */
  spend(work: number): void;
  /** How many braces enclose the word. */
  braces?: number;
  /** Runs the substitutions in a part whose own value is not followed. */
  visit(part: WordPart): void;
}

/** With more combinations than this, a word counts as unknown. */
const MAX_ALTERNATIVES = 64;
/** A longer text counts as unknown, since it might grow without bound. */
export const MAX_TEXT = 200_000;
const MAX_NESTED_BRACES = 8;
/** The work of finding the choices among braces and reading each, for each character. */
const WORK_OF_BRACES = 2;

/**
 * Expands a word as the shell does.
 * @returns one list of arguments for each combination of values that the variables may have
 */
export function expandWord(word: Word, context: WordContext): string[][] {
  const forms = expandForms(word, context, false);
  const isQuoted = /['"]/.test(word.text);
  const toFields = (text: string) => text.split(BREAK).filter((field) => field !== '' || isQuoted);
  const [only, ...others] = forms;
  if (only && others.length === 0) return only.map(toFields);
  return [forms.flatMap((form) => form.flatMap(toFields))];
}

/** Expands a word that the shell does not split, as in an assignment. */
export function expandText(word: Word, context: WordContext): string[] {
  return expandForms(word, context, true).flat();
}

/** Expands the parts of a here-document. */
export function expandParts(parts: readonly WordPart[], context: WordContext): string[] {
  return parts.reduce<string[]>(
    (texts, part) => combine(texts, expandPart(part, context, true), context),
    [''],
  );
}

/** One form for each choice among its braces; each form lists all texts it may expand to. */
function expandForms(word: Word, context: WordContext, isQuoted: boolean): string[][] {
  context.spend(word.text.length);
  if (!word.parts) return [[withHome(word.value, word, context)]];
  let forms: string[][] = [['']];
  for (const part of word.parts) {
    const choices =
      part.type === 'BraceExpansion'
        ? expandBraces(part.text, context)
        : [expandPart(part, context, isQuoted)];
    forms = forms.flatMap((form) => choices.map((choice) => combine(form, choice, context)));
    if (forms.length > MAX_ALTERNATIVES) return [[UNKNOWN]];
  }
  return forms.map((form) => form.map((text) => withHome(text, word, context)));
}

/**
 * Appends every end to every start.
 * @throws {RangeError} if the command has used up its work budget
 */
export function combine(
  starts: readonly string[],
  ends: readonly string[],
  { spend }: Pick<WordContext, 'spend'>,
): string[] {
  if (starts.length * ends.length > MAX_ALTERNATIVES ** 2) return [UNKNOWN];
  const all = starts.flatMap((start) => ends.map((end) => start + end));
  const [only = '', ...others] = all;
  // A single text has no duplicates, and looking for them would read all of it.
  if (others.length === 0) return [only.length > MAX_TEXT ? UNKNOWN : only];
  spend(all.reduce((sum, { length }) => sum + length, 0));
  const texts = [...new Set(all)];
  const isTooMuch =
    texts.length > MAX_ALTERNATIVES || texts.some(({ length }) => length > MAX_TEXT);
  return isTooMuch ? [UNKNOWN] : texts;
}

function withHome(text: string, word: Word, { home, cwd }: WordContext): string {
  const user = /^~([^/'"$\\]*)/.exec(word.text)?.[1];
  if (user === undefined || !text.startsWith(`~${user}`)) return text;
  const rest = text.slice(1 + user.length);
  if (user === '') return home + rest;
  return user === '+' ? cwd + rest : `/~${user}${rest}`;
}

/**
 * Reads each choice of `{a,b}` as a word of its own. Of a sequence such as `{1..9}`, the first
 * value stands for all.
 * @throws {RangeError} if braces are nested too deeply
 */
function expandBraces(text: string, context: WordContext): string[][] {
  const braces = (context.braces ?? 0) + 1;
  if (braces > MAX_NESTED_BRACES) throw new RangeError('braces nested too deeply');
  context.spend(WORK_OF_BRACES * text.length);
  const inner = text.slice(1, -1);
  const choices = splitChoices(inner);
  if (choices.length === 1) return [[inner.split('..')[0] ?? inner]];
  return choices.map((choice) => {
    const [statement] = parse(`: ${choice}`).commands;
    const command = statement?.command;
    const word = command?.type === 'Command' ? command.suffix[0] : undefined;
    return word?.type === 'Word' ? expandText(word, { ...context, braces }) : [choice];
  });
}

function splitChoices(text: string): string[] {
  const choices = [''];
  let depth = 0;
  for (const [token] of text.matchAll(/\\.|'[^']*'|"(?:\\.|[^"\\])*"|\$?[({]|[)}]|./gs)) {
    if (/[({]$/.test(token)) depth += 1;
    if (/^[)}]$/.test(token)) depth -= 1;
    if (token === ',' && depth === 0) choices.push('');
    else choices[choices.length - 1] += token;
  }
  return choices;
}

/** The texts that a part of a word may expand to. */
function expandPart(part: WordPart, context: WordContext, isQuoted: boolean): string[] {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
    case 'Glob':
      return [part.value];
    case 'DoubleQuoted':
    case 'LocaleString':
      return expandParts(part.parts, context);
    case 'SimpleExpansion':
      return split(context.lookUp(part.text.slice(1)), isQuoted);
    case 'ParameterExpansion':
      return split(expandParameter(part, context), isQuoted);
    case 'CommandExpansion':
      return split([part.script ? context.substitute(part.script) : UNKNOWN], isQuoted);
    case 'ArithmeticExpansion':
      context.visit(part);
      return ['1'];
    case 'ProcessSubstitution':
      if (part.operator === '<' && part.script) return [context.substituteFile(part.script)];
      context.visit(part);
      return ['/dev/fd/63'];
    case 'ExtendedGlob':
      context.visit(part);
      return ['*'];
    case 'BraceExpansion':
      return [part.text];
  }
}

function split(texts: readonly string[], isQuoted: boolean): string[] {
  return isQuoted ? [...texts] : texts.map((text) => text.replace(/\s+/g, BREAK));
}

function expandParameter(part: ParameterExpansionPart, context: WordContext): string[] {
  if (part.index) context.visit(part);
  if (part.prefix === '#') return ['1'];
  if (part.prefix === '!') return [UNKNOWN];
  const all = context.lookUp(part.parameter);
  const isElement = part.index !== undefined && !/^[@*]$/.test(part.index.text);
  const values = isElement ? all.flatMap((value) => value.split(BREAK)) : [...all];
  const { operation } = part;
  if (!operation) return values;
  switch (operation.type) {
    case 'Default': {
      const operand = expandText(operation.operand, context);
      if (operation.operator.endsWith('?')) return values;
      const known = values.filter((value) => value !== '');
      if (operation.operator.endsWith('+')) return ['', ...operand];
      return known.length === values.length && !known.includes(UNKNOWN)
        ? known
        : [...known, ...operand];
    }
    case 'Remove': {
      context.visit(part);
      const [pattern = UNKNOWN] = expandText(operation.operand, context);
      return values.map((value) => removePattern(value, operation.operator, pattern));
    }
    default:
      context.visit(part);
      return [UNKNOWN];
  }
}
