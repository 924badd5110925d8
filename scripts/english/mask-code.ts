/** Replaces each character that is not prose, so that positions do not change. */
const MASK = '\0';

/**
 * Comments, strings, templates and regular expressions of TypeScript. A slash starts a regular
 * expression only where an expression may start.
 */
const TOKEN =
  /(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<string>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)|(?<=(?:^|[=(,:[!&|?{};>]|\breturn)\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/\w*/g;

/** The code before the title of a test; `)(` follows a table of cases. */
const BEFORE_TITLE = /(?:\b(?:describe|it|test)(?:\.\w+)*|\))\(\s*$/;

/**
 * Keeps only the prose of a source: comments and strings, in a test comments and titles. The result
 * has the length and the line breaks of the source, so positions are the same in both.
 */
export function maskCode(source: string, isTest: boolean): string {
  let masked = '';
  let end = 0;
  for (const match of source.matchAll(TOKEN)) {
    const [token] = match;
    masked += mask(source.slice(end, match.index));
    end = match.index + token.length;
    const isTitle = BEFORE_TITLE.test(source.slice(Math.max(0, match.index - 100), match.index));
    if (match.groups?.comment !== undefined) masked += blankDecoration(token);
    else if (match.groups?.string !== undefined && (!isTest || isTitle)) masked += inQuotes(token);
    else masked += mask(token);
  }
  return masked + mask(source.slice(end));
}

function mask(text: string): string {
  return text.replace(/\S/g, MASK);
}

/** Replaces the asterisks and slashes of a comment with blanks, so that phrases may span lines. */
function blankDecoration(comment: string): string {
  return comment.replace(/^\/[/*]+|^[ \t]*\*+\/?|\*+\/$/gm, (found) => ' '.repeat(found.length));
}

function inQuotes(text: string): string {
  return MASK + text.slice(1, -1) + MASK;
}
