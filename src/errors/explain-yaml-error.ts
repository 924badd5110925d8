import type { YAMLError } from 'yaml';
import { quote } from './validation-issue.ts';

const COLON = 'quotes around a text that contains ": "';

/** The expectation for each error whose message uses terms of the YAML specification. */
const EXPECTED: Readonly<Record<string, string>> = {
  BAD_SCALAR_START: 'quotes around a text that begins with this character',
  BLOCK_AS_IMPLICIT_KEY: COLON,
  BLOCK_IN_FLOW: COLON,
  DUPLICATE_KEY: 'each field once',
  MULTILINE_IMPLICIT_KEY: 'a line "field: value", indented like the lines around it',
  TAB_AS_INDENT: 'indentation with spaces, not tabs',
  TAG_RESOLVE_FAILED: 'quotes around a text that begins with "!"',
};

/**
 * Explains an error of the YAML parser to the author of the file.
 * @param line the line of the document that has the error
 */
export function explainYamlError(
  { code, message }: YAMLError,
  line: string,
): { expected: string; found: string } {
  const closing = /closing (['"])|end with a (\S)/.exec(message);
  const expected = closing ? `a closing ${closing[1] ?? closing[2]}` : EXPECTED[code];
  if (expected !== undefined) return { expected, found: quote(line.trimEnd()) };
  const [what = ''] = message.split('\n');
  return { expected: 'valid YAML', found: `${quote(line.trimEnd())} (${what})` };
}
