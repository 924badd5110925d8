/** In place of each character that is not prose, so that places stay what they are. */
const MASK = '\0';

/**
 * Comments, strings, templates and regular expressions of TypeScript. A slash begins a regular
 * expression only where a value may begin.
 */
const TOKEN =
  /(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<string>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)|(?<=(?:^|[=(,:[!&|?{};>]|\breturn)\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/\w*/g;

/** What comes before the title of a test; behind the second bracket, that of a table of cases. */
const BEFORE_TITLE = /(?:\b(?:describe|it|test)(?:\.\w+)*|\))\(\s*$/;

/**
 * Leaves only the prose of a source: comments and strings, of a test its comments and titles.
 * Lengths and line breaks stay, so a place in the result is the place in the source.
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

/** The asterisks and slashes of a comment become blanks, so that a phrase may run over two lines. */
function blankDecoration(comment: string): string {
  return comment.replace(/^\/[/*]+|^[ \t]*\*+\/?|\*+\/$/gm, (found) => ' '.repeat(found.length));
}

function inQuotes(text: string): string {
  return MASK + text.slice(1, -1) + MASK;
}
