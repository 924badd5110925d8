import matter from 'gray-matter';
import {
  type Document,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml';
import { explainYamlError } from '../errors/explain-yaml-error.ts';
import { quote, type ValidationIssue } from '../errors/validation-issue.ts';

/** The line of the file, from 1, of the field at a path; null if the field has no place there. */
export type LineOf = (path: readonly PropertyKey[]) => number | null;

interface FrontMatter {
  /** What the YAML stands for; no schema has checked it. */
  data: unknown;
  body: string;
  /** Line of the file on which the body begins, from 1. */
  bodyLine: number;
  lineOf: LineOf;
}

type Failure = { findings: ValidationIssue[] };

/**
 * Splits a plan into its front matter and its body, and parses the front matter.
 * @param source with line breaks `\n` only
 */
export function readFrontMatter(source: string): FrontMatter | Failure {
  const missing = findMissingDelimiter(source);
  if (missing) return { findings: [missing] };
  const { yaml, text, lines, body } = parseYaml(source);
  // The text given to the parser starts right after the first "---", with its line break.
  const lineAt = (offset: number) => lines.linePos(offset).line;
  const indentation = oddIndentation(text);
  if (indentation) return { findings: [indentation] };
  const findings = [
    ...yamlErrors(yaml, source, lineAt),
    ...unknownAliases(yaml, lineAt),
    ...cutTexts(yaml, text, lineAt),
  ];
  if (findings.length > 0) return { findings };
  const data = readData(yaml);
  if ('findings' in data) return data;
  return {
    data: data.value,
    body,
    bodyLine: 1 + countLineBreaks(source) - countLineBreaks(body),
    lineOf: (path) => lineOfField(yaml, path, lineAt),
  };
}

export function countLineBreaks(text: string): number {
  return text.split('\n').length - 1;
}

function findMissingDelimiter(source: string): ValidationIssue | null {
  const issue = (expected: string, found: string): ValidationIssue => ({
    code: 'no-front-matter',
    line: 1,
    path: '',
    expected,
    found,
  });
  if (!/^---[ \t]*\n/.test(source)) {
    return issue('"---", with which the YAML front matter begins', describeFirstLine(source));
  }
  // gray-matter ends the front matter at the first line that begins with "---", whatever follows.
  const [end, rest] = /\n---(.*)/.exec(source) ?? [];
  if (rest?.trim() === '') return null;
  return issue(
    'a second line "---" after the front matter',
    end === undefined ? 'none' : quote(end.trim()),
  );
}

function describeFirstLine(source: string): string {
  if (source.trim() === '') return 'nothing';
  const [first = ''] = source.split('\n', 1);
  return first.trim() === '' ? 'an empty line' : quote(first);
}

/** gray-matter would run front matter that begins with `---js`. */
const REJECT = {
  parse(): never {
    throw new Error('only YAML front matter is read');
  },
};

interface ParsedYaml {
  yaml: Document;
  /** What the document was parsed from. */
  text: string;
  lines: LineCounter;
  body: string;
}

function parseYaml(source: string): ParsedYaml {
  const lines = new LineCounter();
  let [yaml, text] = [parseDocument(''), ''];
  const parse = (front: string) => {
    text = front;
    yaml = parseDocument(front, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
    return {};
  };
  const { content } = matter(source, {
    language: 'yaml',
    engines: { yaml: { parse }, javascript: REJECT, json: REJECT },
  });
  return { yaml, text, lines, body: content };
}

function yamlErrors(
  yaml: Document,
  source: string,
  lineAt: (offset: number) => number,
): ValidationIssue[] {
  const text = source.split('\n');
  // The parser only warns of an unknown tag, and drops it.
  return [...yaml.errors, ...yaml.warnings].map((error) => {
    const line = lineAt(startOf(error, yaml));
    return { code: 'bad-yaml', line, path: '', ...explainYamlError(error, text[line - 1] ?? '') };
  });
}

/** The offset of an error; of an unclosed quote or bracket, that of its beginning. */
function startOf({ message, pos: [at] }: YAMLError, yaml: Document): number {
  if (!/closing|end with a/.test(message)) return at;
  let start = at;
  visit(yaml, {
    Value(_, node) {
      const begin = node.range?.[0] ?? at;
      const isOpen = isScalar(node) ? /^QUOTE/.test(node.type ?? '') : 'flow' in node && node.flow;
      if (isOpen && begin < at) start = begin;
    },
  });
  return start;
}

/** Blanks that look like spaces, but that YAML takes for text. */
const ODD_INDENTATION = /^[ \t]*(?! )[\p{Zs}\u200b\ufeff]/u;

function oddIndentation(text: string): ValidationIssue | null {
  const lines = text.split('\n');
  const index = lines.findIndex((line) => ODD_INDENTATION.test(line));
  if (index === -1) return null;
  const expected = 'indentation with plain spaces';
  return { code: 'bad-yaml', line: index + 1, path: '', expected, found: quote(lines[index]) };
}

/** A text such as `Fix #12` without quotes ends before its ` #`, where a comment begins. */
function cutTexts(
  yaml: Document,
  text: string,
  lineAt: (offset: number) => number,
): ValidationIssue[] {
  const findings: ValidationIssue[] = [];
  visit(yaml, {
    Scalar(_, { type, range }) {
      if (type !== 'PLAIN' || !range) return;
      const [start, end] = range;
      const [comment] = /^[ \t]+#[^\s#].*/.exec(text.slice(end)) ?? [];
      if (comment === undefined) return;
      findings.push({
        code: 'cut-text',
        line: lineAt(start),
        path: '',
        expected: 'quotes around a text that contains " #", or a space after the "#" of a comment',
        found: quote(text.slice(start, end) + comment),
      });
    },
  });
  return findings;
}

/** An alias without an anchor is usually a glob that lacks its quotes. */
function unknownAliases(yaml: Document, lineAt: (offset: number) => number): ValidationIssue[] {
  const findings: ValidationIssue[] = [];
  visit(yaml, {
    Alias(_, alias) {
      if (alias.resolve(yaml)) return;
      findings.push({
        code: 'bad-yaml',
        line: lineAt(alias.range?.[0] ?? 0),
        path: '',
        expected: 'quotes around a text that begins with "*"',
        found: quote(`*${alias.source}`),
      });
    },
  });
  return findings;
}

/** More aliases than a plan needs; each one may multiply the size of the value. */
const MAX_ALIASES = 20;

/** The value of the document, unless its aliases make it too large or cyclic. */
function readData(yaml: Document): { value: unknown } | Failure {
  try {
    const value: unknown = yaml.toJS({ maxAliasCount: MAX_ALIASES });
    // An alias inside its own anchor makes the value cyclic, and JSON.stringify throws.
    JSON.stringify(value);
    return { value };
  } catch (error) {
    const expected = 'few aliases, none inside the value that it stands for';
    const [found = ''] = (error as Error).message.split('\n');
    return { findings: [{ code: 'bad-yaml', line: 1, path: '', expected, found }] };
  }
}

/** The line of a field, or of the closest field around it that exists. */
function lineOfField(
  yaml: Document,
  path: readonly PropertyKey[],
  lineAt: (offset: number) => number,
): number {
  for (let length = path.length; length > 0; length--) {
    const parent = yaml.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === key);
      if (isScalar(pair?.key) && pair.key.range) return lineAt(pair.key.range[0]);
    }
    const node = yaml.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lineAt(node.range[0]);
  }
  return 1;
}
