import { MARKERS } from './markers.ts';
import { maskCode } from './mask-code.ts';

/** A hit, or an exception without a reason. */
export interface Finding {
  file: string;
  /** From 1. */
  line: number;
  found: string;
  instead: string;
}

/** Allows hits on its line and on the next line; a reason must follow. */
const ALLOWED = /english-ok:?(?<reason>[^\n]*)/;
/** Allows hits between two comments of a document; the first must give a reason. */
const ALLOWED_PART = /<!-- english-off:?(?<reason>[^\n]*?)-->[\s\S]*?(?:<!-- english-on -->|$)/g;

const PATTERNS = MARKERS.map(({ pattern, instead }) => ({
  regex: new RegExp(`(?<![\\w-])(?:${pattern.replaceAll(' ', '\\s+')})(?![\\w-])`, 'gi'),
  instead,
}));

/** Finds the markers in a text that contains nothing but prose. */
export function findMarkers(file: string, prose: string): Finding[] {
  return PATTERNS.flatMap(({ regex, instead }) =>
    [...prose.matchAll(regex)].map(({ 0: found, index }) => ({
      file,
      line: lineOf(prose, index),
      found: found.replace(/\s+/g, ' '),
      instead,
    })),
  ).sort((a, b) => a.line - b.line);
}

/** Finds the markers in a whole document, or in the comments and strings of a source. */
export function checkFile(file: string, content: string): Finding[] {
  const isDocument = file.endsWith('.md');
  const isTest = /^test\//.test(file);
  const [text, faults] = isDocument ? blankAllowedParts(file, content) : [content, []];
  const lines = content.split('\n');
  const isAllowed = ({ line }: Finding) =>
    [lines[line - 1], lines[line - 2]].some((one) => ALLOWED.test(one ?? ''));
  const found = findMarkers(file, isDocument ? text : maskCode(text, isTest));
  return [
    ...faults,
    ...allowedWithoutReason(file, lines),
    ...found.filter((one) => !isAllowed(one)),
  ];
}

function blankAllowedParts(file: string, content: string): [string, Finding[]] {
  const faults: Finding[] = [];
  const text = content.replace(ALLOWED_PART, (part, reason: string, index: number) => {
    if (reason.trim() === '') faults.push(missingReason(file, lineOf(content, index)));
    return part.replace(/\S/g, ' ');
  });
  return [text, faults];
}

function allowedWithoutReason(file: string, lines: readonly string[]): Finding[] {
  return lines.flatMap((line, index) => {
    const reason = ALLOWED.exec(line)?.groups?.reason;
    return reason !== undefined && !/\w/.test(reason) ? [missingReason(file, index + 1)] : [];
  });
}

function missingReason(file: string, line: number): Finding {
  return { file, line, found: 'an exception', instead: 'add a reason after it' };
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
