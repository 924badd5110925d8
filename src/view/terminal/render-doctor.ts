import { plural } from '../../text/format.ts';
import type { Color } from '../status-labels.ts';

/** A finding of `swarm doctor`, as far as it is shown. */
interface Finding {
  id: string;
  level: FindingLevel;
  message: string;
  /** Null when there is nothing to do. */
  fix: string | null;
}

type FindingLevel = 'ok' | 'note' | 'warning' | 'error';

const MARKS: Record<FindingLevel, { mark: string; color: Color }> = {
  ok: { mark: '✓', color: 'green' },
  note: { mark: 'i', color: 'cyan' },
  warning: { mark: '!', color: 'yellow' },
  error: { mark: '✗', color: 'red' },
};

/**
 * The findings for people: one line each, the fix indented below it, a verdict at the end.
 * @param paint colours a text; left out, the text is plain
 */
export function renderDoctor(
  findings: readonly Finding[],
  paint: (color: Color, text: string) => string = (_, text) => text,
): string {
  const lines = findings.flatMap(({ id, level, message, fix }) => {
    const { mark, color } = MARKS[level];
    const line = `${paint(color, mark)} ${paint('bold', id)}: ${message}`;
    return fix ? [line, `    ${paint('dim', fix)}`] : [line];
  });
  return [...lines, '', verdict(findings)].join('\n');
}

function verdict(findings: readonly Finding[]): string {
  const count = (level: FindingLevel) => findings.filter((one) => one.level === level).length;
  const errors = count('error');
  const warnings = count('warning');
  if (errors + warnings === 0) return 'No problems found.';
  return `${plural(errors, 'error')}, ${plural(warnings, 'warning')}.`;
}
