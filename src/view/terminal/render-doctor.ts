import { plural } from '../../text/format.ts';
import type { Color } from '../status-labels.ts';

type Level = 'ok' | 'note' | 'warning' | 'error';

/** What a check of `swarm doctor` found; all texts are plain. */
interface Finding {
  /** The check, such as `node`. */
  id: string;
  level: Level;
  message: string;
  /** What to do; null if there is nothing to do. */
  fix: string | null;
}

const MARKS: Record<Level, { mark: string; color: Color }> = {
  ok: { mark: '✓', color: 'green' },
  note: { mark: 'i', color: 'cyan' },
  warning: { mark: '!', color: 'yellow' },
  error: { mark: '✗', color: 'red' },
};

/**
 * Renders one line for each finding, with what to do indented below it, and a verdict at the end.
 * @param paint colors a text; by default the text stays plain
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
  const count = (level: Level) => findings.filter((one) => one.level === level).length;
  const errors = count('error');
  const warnings = count('warning');
  if (errors + warnings === 0) return 'No problems found.';
  return `${plural(errors, 'error')}, ${plural(warnings, 'warning')}.`;
}
