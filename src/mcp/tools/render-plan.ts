import { Lexer } from 'marked';
import type { StartInput } from './tool-schemas.ts';

/** A plan from its parts, which are validated when the plan is parsed. */
export function renderPlan({ goal, tasks = [] }: Pick<StartInput, 'goal' | 'tasks'>): string {
  const entries = tasks.map(({ brief: _, ...entry }) => entry);
  // JSON is YAML, and no text in it can end its string or the front matter.
  const front = JSON.stringify({ goal, tasks: entries }, null, 1);
  const sections = tasks.map(({ id, brief }) => `## ${id}\n\n${lowerHeadings(brief)}\n`);
  return `---\n${front}\n---\n\n${sections.join('\n')}`;
}

/** A second-level heading in a brief would start the brief of another task. */
function lowerHeadings(brief: string): string {
  return Lexer.lex(brief)
    .map((token) =>
      token.type === 'heading' && token.depth === 2 ? `### ${token.text}\n\n` : token.raw,
    )
    .join('');
}
