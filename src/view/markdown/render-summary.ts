import { countNeeded } from '../../plan/quorum.ts';
import { type Attempt, decidingAttempt } from '../../run/attempt.ts';
import { spentBudget } from '../../run/budget.ts';
import { describeFailedCheck } from '../../run/evidence/check.ts';
import { stoppedAtGate } from '../../run/gate.ts';
import { plannedTasks, type RunState } from '../../run/run-state.ts';
import { isEnded, toStatusDocument } from '../../run/status-document.ts';
import type { StatusDocument, TaskStatusEntry } from '../../run/status-schema.ts';
import { TASK_STATUSES } from '../../run/task-statuses.ts';
import { formatUsage } from '../../run/usage.ts';
import { describeTime } from '../../run/usage-limit.ts';
import { escapeMarkdown, withoutImages } from '../../text/escape-markdown.ts';
import { formatBytes, formatDuration, plural, progressBar } from '../../text/format.ts';
import { formatAmount } from '../../text/format-cost.ts';
import { truncate } from '../../text/sanitize.ts';
import { describeDenials, HOW_TO_ALLOW } from '../describe-denials.ts';
import { listPendingGates, renderPendingGates } from '../describe-gates.ts';
import { describeWarnings } from '../describe-warnings.ts';
import { COMMAND_LINE_READER, type Reader } from '../reader.ts';
import type { SummaryDocument } from '../results.ts';
import {
  cancellation,
  outcomeLine,
  STATUS_ICONS,
  statusHeading,
  statusLabel,
  taskLabel,
} from '../status-labels.ts';
import { raisingCommand } from '../terminal/describe-budget.ts';
import { renderBranches, renderMerge } from './render-branches.ts';
import { renderDecisions } from './render-gates.ts';

/** How a summary is shown. */
export interface SummaryOptions {
  /** Its approximate maximum length in characters; null, or left out, for no limit. */
  maxChars?: number | null;
  /** What the reader should know beside the run itself, such as defects of its ledger. */
  notes?: readonly string[];
  reader?: Reader;
}

/** The summary as a document, with whether it is whole. */
export function summaryDocument(state: RunState, options: SummaryOptions = {}): SummaryDocument {
  const { maxChars = null, ...others } = options;
  const whole = renderSummary(state, others);
  const text = maxChars === null ? whole : renderBoundedSummary(state, maxChars, others);
  const { run, status } = toStatusDocument(state);
  return { run, status, text, isWhole: text === whole };
}

type Context = Pick<SummaryOptions, 'notes' | 'reader'>;

/** The aggregate of a run as Markdown: outcome and failures first, then every task's abstract. */
export function renderSummary(state: RunState, context: Context = {}): string {
  const status = toStatusDocument(state);
  return [
    ...renderHead(state, status, context),
    renderTable(status),
    ...status.tasks.map((task) => renderTask(state, task, Number.POSITIVE_INFINITY)),
  ]
    .join('\n\n')
    .concat('\n');
}

/**
 * The summary in at most `maxChars` characters. Abstracts are shortened, then left out, then the
 * table is replaced by lists of ids. No task is ever dropped, so the result may exceed `maxChars`.
 */
export function renderBoundedSummary(
  state: RunState,
  maxChars: number,
  context: Context = {},
): string {
  const whole = renderSummary(state, context);
  if (whole.length <= maxChars) return whole;
  const status = toStatusDocument(state);
  const head = renderHead(state, status, context).join('\n\n');
  const withTable = `${head}\n\n${renderTable(status)}\n`;
  const budget = Math.floor((maxChars - withTable.length) / status.tasks.length) - 2;
  for (let limit = budget; limit >= 80; limit = Math.floor(limit * 0.7)) {
    const tasks = status.tasks.map((task) => renderTask(state, task, limit));
    const text = `${withTable}\n${tasks.join('\n\n')}\n`;
    if (text.length <= maxChars) return text;
  }
  return withTable.length <= maxChars ? withTable : renderShortest(state, status, context);
}

function renderShortest(
  state: RunState,
  status: StatusDocument,
  { reader = COMMAND_LINE_READER }: Context,
): string {
  const groups = TASK_STATUSES.flatMap((name) => {
    const ids = status.tasks.filter((task) => task.status === name).map((task) => task.id);
    return ids.length > 0 ? `${statusLabel(name)} (${ids.length}): ${ids.join(', ')}` : [];
  });
  return `${truncate(escapeMarkdown(status.goal), 100)}: ${outcomeLine(status)}\n${[...groups, ...listPendingGates(state, reader)].join('\n')}\n`;
}

/** A summary is read later than it is written, so it names a time and no rest. */
function endNote({ expectedEndAt }: StatusDocument): string {
  return expectedEndAt === null
    ? ''
    : ` Earlier runs suggest that it ends at about ${describeTime(expectedEndAt)}.`;
}

function renderHead(
  state: RunState,
  status: StatusDocument,
  { notes = [], reader = COMMAND_LINE_READER }: Context,
): string[] {
  const head = [
    `# ${escapeMarkdown(status.goal)}`,
    `**${STATUS_ICONS[status.status]} ${statusLabel(status.status)}**: ${outcomeLine(status)}${quorumNote(state, status)}`,
    `Run \`${status.run}\`, started ${status.startedAt.slice(0, 19).replace('T', ' ')} UTC.${usageNote(status)}${endNote(status)}`,
  ];
  const budget = budgetNote(state, status, reader);
  if (budget) head.push(budget);
  head.push(...renderPendingGates(state, reader));
  const lines = [...status.tasks.flatMap(problemLine), ...lateLines(state)];
  if (lines.length > 0) head.push(`## What is missing\n\n${lines.join('\n')}`);
  const warnings = describeWarnings(status).map((line) => `- ${escapeMarkdown(line)}`);
  if (warnings.length > 0) head.push(`## What to look at\n\n${warnings.join('\n')}`);
  head.push(...renderRunCheck(state, status));
  const denials = describeDenials(status).map((line) => `- ${escapeMarkdown(line)}`);
  if (denials.length > 0)
    head.push(
      `## Refused tools\n\n${denials.join('\n')}\n\nNobody could be asked. ${HOW_TO_ALLOW}.`,
    );
  head.push(...renderDecisions(state));
  head.push(...renderBranches(state, reader), ...renderMerge(status));
  if (notes.length > 0)
    head.push(notes.map((note) => `> **Note** ${escapeMarkdown(note)}`).join('\n>\n'));
  return head;
}

/** How the checks of the run as a whole ended. */
function renderRunCheck({ checks }: RunState, { status }: StatusDocument): string[] {
  if (!checks.isRequired || checks.output === null) return [];
  const outcome = checks.isPassed
    ? `✔ passed: ${checks.results.map(({ command }) => code(command)).join(', ')}`
    : `✖ ${escapeMarkdown(describeFailedCheck(checks))}, so the run is ${status}`;
  return [`## Check of the run\n\n${outcome}. Output: ${link(checks.output)}.`];
}

function code(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``;
}

function usageNote({ usage }: StatusDocument): string {
  return usage ? ` Used ${formatUsage(usage)} in ${plural(usage.toolCalls, 'tool call')}.` : '';
}

/** What became of the budget; null if it was kept, or there is none. */
function budgetNote(state: RunState, status: StatusDocument, reader: Reader): string | null {
  const { usage, budget } = status;
  const spent = status.status === 'completed' ? null : spentBudget(state);
  if (spent) {
    const { unit, budget: limit, spent: used } = spent;
    const how = reader.howToRaise(raisingCommand(state, spent));
    return `Its budget of ${formatAmount(unit, limit)} is spent (${formatAmount(unit, used)} used). ${how}`;
  }
  const usd = budget?.usd ?? null;
  if (usd === null || usage === null || usage.costUsd !== null) return null;
  return `Its budget of ${formatAmount('usd', usd)} was not applied: Claude Code did not tell what the agents cost. \`budgetTokens\` limits a run everywhere.`;
}

function quorumNote(state: RunState, status: StatusDocument): string {
  const needed = countNeeded(state.opened.quorum, plannedTasks(state).length);
  if (needed === status.tasks.length || !isEnded(status.status)) return '';
  return ` (${needed} were needed)`;
}

function problemLine(task: TaskStatusEntry): string[] {
  const name = `**${task.id}** ${escapeMarkdown(task.title)}`;
  if (task.status === 'failed' && task.error)
    return [`- ✖ ${name}: ${task.error.category}, ${escapeMarkdown(task.error.message)}`];
  if (task.status === 'cancelled') return [`- ⊘ ${name}: ${escapeMarkdown(cancellation(task))}`];
  if (task.status === 'working' && task.error)
    return [`- ◐ ${name}: ${task.error.category}, ${escapeMarkdown(task.error.message)}`];
  return [];
}

function lateLines(state: RunState): string[] {
  const ofEarlier = [...state.tasks].flatMap(([task, { attempts }]) => {
    const deciding = decidingAttempt(attempts);
    // A report written at a gate is not late; the next attempt's report replaces it.
    const late = attempts.filter((attempt) => attempt !== deciding && !stoppedAtGate(attempt));
    return late.flatMap(({ report }) => (report ? { task, report } : []));
  });
  return [...ofEarlier, ...state.lateReports].map(
    ({ task, report }) =>
      `- A report for **${task}** arrived late and was kept: ${link(report.path)}`,
  );
}

function renderTable(status: StatusDocument): string {
  const rows = status.tasks.map((task) => {
    const name = `${task.id}: ${escapeMarkdown(truncate(task.title, 60))}`;
    const state = `${STATUS_ICONS[task.status]} ${taskLabel(task)}`;
    const bar = `${progressBar(task.percent, 10)} ${task.percent}%`;
    const used = status.usage ? ` ${usedBy(task)} |` : '';
    return `| ${name} | ${state} | ${bar} | ${timeOf(task)} | ${task.attempts} |${used}`;
  });
  const [heading, rule] = status.usage ? [' used |', '---|'] : ['', ''];
  return [
    `| task | status | progress | time | attempts |${heading}`,
    `|---|---|---|---|---|${rule}`,
    ...rows,
  ].join('\n');
}

/** Tokens, dollars and model, as far as they are known. */
function usedBy({ usage, model }: TaskStatusEntry): string {
  const parts = [...(usage ? [formatUsage(usage)] : []), ...(model ? [escapeMarkdown(model)] : [])];
  return parts.join(', ');
}

function timeOf(task: TaskStatusEntry): string {
  if (!task.startedAt) return '';
  if (task.endedAt) return between(task.startedAt, task.endedAt);
  return `since ${task.startedAt.slice(11, 19)}`;
}

function between(start: string, end: string): string {
  return formatDuration(Date.parse(end) - Date.parse(start));
}

function renderTask(state: RunState, task: TaskStatusEntry, limit: number): string {
  const attempt = decidingAttempt(state.tasks.get(task.id)?.attempts ?? []);
  const heading = `## ${task.id}: ${escapeMarkdown(task.title)}`;
  return `${heading}\n\n${taskText(task, attempt, limit)}`;
}

function taskText(task: TaskStatusEntry, attempt: Attempt | undefined, limit: number): string {
  if (task.status === 'completed' && attempt?.report) {
    const { path, bytes } = attempt.report;
    const abstract = truncate(attempt.abstract || 'No abstract.', limit);
    const origin = attempt.reusedFrom ? ` Reused from run \`${attempt.reusedFrom}\`.` : '';
    return `${quote(abstract)}\n\nFull report: ${link(path)}, ${formatBytes(bytes)}.${origin}${proofNote(task)}`;
  }
  const soFar = attempt?.report ? `. Earlier report: ${link(attempt.report.path)}.` : '';
  if (task.status === 'input_required') return `${statusHeading(task.status)}${soFar || '.'}`;
  if (task.error)
    return `${task.error.category}: ${escapeMarkdown(truncate(task.error.message, limit))}${soFar}`;
  if (task.status === 'working')
    return `${task.percent}%: ${escapeMarkdown(truncate(task.message ?? 'running', limit))}`;
  if (task.status === 'cancelled')
    return `It was ${escapeMarkdown(truncate(cancellation(task), limit))}${soFar || '.'}`;
  if (task.status === 'pending' && task.needs.length > 0) return `Needs ${task.needs.join(', ')}.`;
  // An agent's text must not start a line, where it could start a list, a rule or a code block.
  const message = task.message ? `: ${escapeMarkdown(truncate(task.message, limit))}` : '.';
  return `${statusHeading(task.status)}${message}`;
}

function proofNote({ verified, checks }: TaskStatusEntry): string {
  const output = checks.at(-1)?.output;
  if (!verified || !output) return '';
  return ` Verified by ${checks.map(({ command }) => code(command)).join(', ')}: ${link(output)}.`;
}

function link(path: string): string {
  return `[${path}](${path})`;
}

/** A block quote; Markdown inside cannot reach beyond it, and loads nothing. */
function quote(text: string): string {
  return withoutImages(text)
    .replace(/</g, '&lt;')
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
}
