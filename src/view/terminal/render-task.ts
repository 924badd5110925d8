import { formatUsage } from '../../run/usage.ts';
import { formatDuration } from '../../text/format.ts';
import { sanitize, sanitizeLine } from '../../text/sanitize.ts';
import type { TaskDocument } from '../results.ts';
import { type Color, STATUS_COLORS, STATUS_ICONS, taskLabel } from '../status-labels.ts';

type Paint = (color: Color, text: string) => string;

/** Everything about a task for a terminal: status, brief, attempts, evidence, checks, report. */
export function renderTask(task: TaskDocument, dir: string, paint: Paint): string {
  const icon = paint(STATUS_COLORS[task.status], STATUS_ICONS[task.status]);
  const head = `${icon} ${paint('bold', `${task.run}/${task.id}`)}: ${sanitizeLine(task.title, 200)}`;
  const parts = [
    [head, ...factsOf(task)].join('\n'),
    section('Brief', task.brief, paint),
    section('Attempts', task.history.map(attemptLine).join('\n'), paint),
    section('What the agent did', evidenceOf(task), paint),
    section('Checks', checksOf(task, dir), paint),
    section('Report', reportOf(task, dir), paint),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function section(title: string, text: string, paint: Paint): string {
  return text.trim() === '' ? '' : `${paint('bold', title)}\n${sanitize(text).trimEnd()}`;
}

function factsOf(task: TaskDocument): string[] {
  const { agent, tier, model, needs, writes, branch, commit, usage, error, message } = task;
  const facts: [string, string | null][] = [
    ['status', `${taskLabel(task)}${message && !error ? `, ${message}` : ''}`],
    ['error', error && `${error.category}: ${error.message}`],
    ['agent', `${agent}, ${tier}${model ? `, ${model}` : ''}`],
    ['machine', task.machine ?? null],
    ['needs', needs.join(', ')],
    ['writes', writes.join(', ')],
    ['branch', branch && `${branch}${commit ? ` (${commit.slice(0, 12)})` : ''}`],
    ['used', usage && formatUsage(usage)],
  ];
  return facts.flatMap(([name, value]) =>
    value ? `  ${name.padEnd(7)} ${sanitizeLine(value, 500)}` : [],
  );
}

function attemptLine(attempt: TaskDocument['history'][number]): string {
  const { number, startedAt, endedAt, outcome, message, reusedFrom } = attempt;
  const time = endedAt ? `, ${formatDuration(Date.parse(endedAt) - Date.parse(startedAt))}` : '';
  const what = reusedFrom ? `report reused from run ${reusedFrom}` : outcome;
  const at = startedAt.slice(0, 19).replace('T', ' ');
  return `  ${number}  ${at} UTC${time}  ${what}${message ? `: ${sanitizeLine(message, 300)}` : ''}`;
}

function evidenceOf({ evidence, warnings }: TaskDocument): string {
  if (!evidence) return '';
  const calls = Object.entries(evidence.toolCalls).map(([tool, count]) => `${tool} ${count}`);
  const lines: [string, readonly string[]][] = [
    ['calls', calls],
    ['changed', evidence.filesChanged],
    ['refused', evidence.permissionDenials],
    ['doubts', warnings],
  ];
  return lines
    .filter(([, values]) => values.length > 0)
    .map(([name, values]) => `  ${name.padEnd(7)} ${values.join(', ')}`)
    .join('\n');
}

function checksOf({ checks }: TaskDocument, dir: string): string {
  const lines = checks.map(({ command, exitCode, durationMs }) => {
    const icon = exitCode === 0 ? '✔' : '✖';
    const how = exitCode === null ? 'ended' : `exit code ${exitCode}`;
    return `  ${icon} ${command} (${how}, ${formatDuration(durationMs)})`;
  });
  const output = checks.at(-1)?.output;
  return [...lines, ...(output ? [`  Output: ${dir}/${output}`] : [])].join('\n');
}

function reportOf({ report, result }: TaskDocument, dir: string): string {
  if (report !== null) return report;
  return result ? `  ${dir}/${result} is missing` : '';
}
