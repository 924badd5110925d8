import type { YAMLError } from 'yaml';
import { quote } from './validation-issue.ts';

const COLON = 'quotes around a text that holds ": "';

/** What was expected, for those mistakes whose name in the YAML specification says little to people. */
const EXPECTED: Readonly<Record<string, string>> = {
  BAD_SCALAR_START: 'quotes around a text that begins with this character',
  BLOCK_AS_IMPLICIT_KEY: COLON,
  BLOCK_IN_FLOW: COLON,
  DUPLICATE_KEY: 'each field once',
  MULTILINE_IMPLICIT_KEY: 'a line "field: value", indented as those around it',
  TAB_AS_INDENT: 'spaces to indent with, no tabs',
  TAG_RESOLVE_FAILED: 'quotes around a text that begins with "!"',
};

/** @param line of the document in which the parser found a mistake */
export function explainYamlError(
  { code, message }: YAMLError,
  line: string,
): { expected: string; found: string } {
  const expected = EXPECTED[code];
  if (expected !== undefined) return { expected, found: quote(line.trimEnd()) };
  const [what = ''] = message.split('\n');
  return { expected: 'valid YAML', found: `${quote(line.trimEnd())} (${what})` };
}
