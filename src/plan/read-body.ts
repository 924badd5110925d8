import { Lexer, type Token } from 'marked';
import type { ValidationIssue } from '../errors/validation-issue.ts';
import { countLineBreaks } from './read-front-matter.ts';

/** What follows one `## ` heading. */
interface Section {
  heading: string;
  /** Line of the heading in the file, from 1. */
  line: number;
  text: string;
}

export interface PlanBody {
  /** The text before the first section. */
  context: string;
  sections: Section[];
}

/**
 * Splits the body of a plan at its `## ` headings. Those inside code, HTML, lists and quotes are
 * part of the text.
 * @param firstLine on which the body begins in the file, from 1
 */
export function readBody(
  body: string,
  firstLine: number,
): PlanBody | { findings: ValidationIssue[] } {
  let blocks: Token[];
  try {
    blocks = new Lexer().blockTokens(body, []);
  } catch (error) {
    // The lexer recurses once for each level.
    if (!(error instanceof RangeError)) throw error;
    const expected = 'lists and quotes that are nested less deeply';
    const found = error.message;
    return { findings: [{ code: 'too-deep', line: firstLine, path: '', expected, found }] };
  }
  const sections: Section[] = [];
  let context = '';
  let line = firstLine;
  for (const token of blocks) {
    const section = sections.at(-1);
    if (token.type === 'heading' && token.depth === 2 && token.raw.startsWith('##')) {
      sections.push({ heading: token.text.trim(), line, text: '' });
    } else if (section) section.text += token.raw;
    else context += token.raw;
    line += countLineBreaks(token.raw);
  }
  for (const section of sections) section.text = section.text.trim();
  return { context: context.trim(), sections };
}
