import type * as z from 'zod/mini';
import { didYouMean } from '../text/did-you-mean.ts';
import { sanitizeLine } from '../text/sanitize.ts';
import { showInvisible } from '../text/strip-control-characters.ts';
import { schemaFields } from './schema-fields.ts';

type SchemaIssue = z.core.$ZodIssue;

/** A mistake in a file that a person wrote: where it is, what was expected, and what was found. */
export interface ValidationIssue {
  code: string;
  /** Line in the file, from 1; null if the mistake is not in a particular line. */
  line: number | null;
  /** The field, such as `tasks[1].needs[0]`; empty for the file as a whole. */
  path: string;
  expected: string;
  found: string;
}

/**
 * Converts the issues that a schema has found.
 * @param schema the schema, which knows the names of the allowed fields
 * @param input the value that was validated, which the issues quote
 * @param lineOf returns the line of a field in the file
 */
export function toValidationIssues(
  issues: readonly SchemaIssue[],
  schema: z.core.$ZodType,
  input: unknown,
  lineOf: (path: readonly PropertyKey[]) => number | null,
): ValidationIssue[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => {
        const path = [...issue.path, key];
        return {
          code: 'unknown-field',
          line: lineOf(path),
          path: toPath(path),
          expected: expectedField(key, schemaFields(schema, issue.path)),
          found: quote(key),
        };
      });
    }
    const value = valueAt(input, issue.path);
    if (issue.code === 'invalid_key') {
      const [inner] = issue.issues;
      return {
        code: 'invalid-name',
        line: lineOf(issue.path),
        path: toPath(issue.path),
        expected: inner?.message ?? issue.message,
        found: quote(issue.path.at(-1)),
      };
    }
    return {
      code: value === undefined ? 'missing-field' : 'invalid-field',
      line: lineOf(issue.path),
      path: toPath(issue.path),
      expected: expectation(issue, value),
      found: value === undefined ? 'nothing' : quote(value),
    };
  });
}

function expectedField(key: string, known: readonly string[]): string {
  return `one of the fields ${known.join(', ')}${didYouMean(key, known)}`;
}

/**
 * The message of an issue whose schema has none of its own. A package that loads all of zod, such as
 * the MCP SDK, sets its English messages for the whole process.
 */
const DEFAULT_MESSAGE = /^(?:Invalid input|Too (?:small|big))\b/;

function expectation(issue: SchemaIssue, value: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      if (!DEFAULT_MESSAGE.test(issue.message)) return issue.message;
      if (issue.expected === 'string' && /^(?:number|boolean)$/.test(typeof value)) {
        return 'text, in quotes';
      }
      return withArticle(issue.expected);
    case 'invalid_value':
      return issue.values
        .map(String)
        .join(', ')
        .replace(/, ([^,]+)$/, ' or $1')
        .concat(typeof value === 'string' ? didYouMean(value, issue.values.map(String)) : '');
    case 'too_small':
      if (issue.minimum === 1 && issue.origin === 'string') return 'text that is not empty';
      if (issue.minimum === 1 && issue.origin === 'array') return 'a list that is not empty';
      if (!DEFAULT_MESSAGE.test(issue.message)) return issue.message;
      if (issue.inclusive === false) return `more than ${issue.minimum}`;
      return `at least ${issue.minimum}${unitOf(issue.origin)}`;
    case 'too_big':
      return `at most ${issue.maximum}${unitOf(issue.origin)}`;
    default:
      return issue.message;
  }
}

function unitOf(origin: string): string {
  return origin === 'string' ? ' characters' : origin === 'array' ? ' items' : '';
}

function withArticle(type: string): string {
  if (type === 'string') return 'text';
  if (type === 'object' || type === 'record') return 'a mapping';
  if (type === 'array') return 'a list';
  return `${/^[aeio]/.test(type) ? 'an' : 'a'} ${type}`;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? (value as Record<PropertyKey, unknown>)[key]
        : undefined,
    input,
  );
}

function toPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : text ? `${text}.${String(key)}` : String(key),
    '',
  );
}

/** A value as JSON, truncated to 80 characters. Characters that cannot be seen are escaped. */
export function quote(value: unknown): string {
  const text = showInvisible(JSON.stringify(value) ?? String(value));
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}

/** Longest line that is shown, in code points. */
const MAX_LENGTH = 500;

/** Describes an issue in one line: `plan.md:7: tasks[1].tier: expected quick, medium or long, found "fast"`. */
export function describeIssue(file: string, issue: ValidationIssue): string {
  const place = issue.line === null ? file : `${file}:${issue.line}`;
  const field = issue.path ? `${issue.path}: ` : '';
  const text = `${field}expected ${issue.expected}, found ${issue.found}`;
  // The text quotes field names and ids from the file, which may contain anything.
  return `${place}: ${sanitizeLine(text, MAX_LENGTH)}`;
}
