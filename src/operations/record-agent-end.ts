import type { HookContext } from '../hooks/hook-context.ts';
import type { ErrorCategory } from '../ledger/error-category.ts';
import type { AgentOutcome, LedgerEvent, Report } from '../ledger/events.ts';
import { NewerLedgerError } from '../ledger/format.ts';
import { type Attempt, isRunning, isStronger } from '../run/attempt.ts';
import { classifyError } from '../run/classify-error.ts';
import { attemptOfAgent } from '../run/run-state.ts';
import {
  assignReport,
  hasReport,
  isUnassignedReport,
  nameOfReport,
  unassignedReportName,
  writeReport,
} from '../store/reports.ts';
import { appendToRun, loadRun, type RunHandle } from '../store/run-handle.ts';
import { listActiveRuns } from '../store/run-index.ts';
import { runPaths } from '../store/run-paths.ts';
import { toAbstract, toPlainLine } from '../text/sanitize.ts';
import { bringUpToDate } from './commit.ts';
import { reportFileName } from './report-file-name.ts';

/** How an agent ended, before it is known which task it had. */
export interface AgentEnd {
  agentId: string | null;
  /** The id of the tool call that asked for the agent, where the client tells it. */
  attempt: string | null;
  outcome: AgentOutcome;
  category: ErrorCategory | null;
  message: string | null;
  /** The agent's last message. */
  text: string | null;
  /** Whether it was handed over as the report, and not only said last. */
  isHandedOver?: boolean;
}

/** The end of an agent that was stopped. */
export const STOPPED = {
  outcome: 'stopped',
  category: null,
  message: 'stopped by Claude',
  text: null,
} as const;

/** What entering facts needs. */
export type Recorder = Pick<HookContext, 'now' | 'project' | 'startNotifier'>;

/**
 * Every active run that can be read. One that cannot is reported by `swarm doctor`.
 * @param onNewer called with each run that has a newer ledger format than this version reads
 */
export function loadActiveRuns(
  { root, loadRun: load = loadRun }: Pick<HookContext, 'root' | 'loadRun'>,
  onNewer: (error: NewerLedgerError) => void = () => {},
): RunHandle[] {
  return listActiveRuns(root).flatMap((run) => {
    try {
      return load(runPaths(root, run));
    } catch (error) {
      if (error instanceof NewerLedgerError) onNewer(error);
      return [];
    }
  });
}

/**
 * The runs an agent may belong to: the one that knows it, or else those of the session that wait
 * to learn which agent their launches got.
 */
export function runsOfAgent(
  runs: readonly RunHandle[],
  agent: { agentId: string | null; attempt?: string | null; session: string },
): RunHandle[] {
  const known = runs.filter((run) => findAttempt(run, agent.agentId, agent.attempt ?? null));
  if (known.length > 0) return known;
  return runs.filter((run) => awaitsAgent(run, agent.session));
}

/**
 * Whether it is not known yet which agent a launch of the session got.
 * @param since the earliest launch to look at
 */
export function awaitsAgent({ state }: RunHandle, session: string, since = ''): boolean {
  return [...state.attempts.values()].some(
    (attempt) =>
      isRunning(attempt) &&
      !attempt.agentId &&
      attempt.session === session &&
      attempt.launchedAt >= since,
  );
}

export function findAttempt(
  run: RunHandle,
  agentId: string | null,
  attempt: string | null,
): Attempt | undefined {
  const byCall = attempt ? run.state.attempts.get(attempt) : undefined;
  return byCall ?? (agentId ? attemptOfAgent(run.state, agentId) : undefined);
}

/**
 * Appends events and brings everything that follows from them up to date.
 * @param task whose checkpoint file they change
 */
export function record(
  run: RunHandle,
  events: LedgerEvent[],
  context: Recorder,
  task?: string,
): void {
  appendToRun(run, events);
  adoptReports(run, context);
  project(run, task === undefined ? [] : [task], context);
}

export function project(run: RunHandle, tasks: readonly string[], context: Recorder): void {
  if (context.project) context.project(run, tasks);
  else bringUpToDate(run, tasks, context.startNotifier);
}

/** Older clients give the API's last error as the report of an agent that it failed. */
const ERROR_AS_REPORT = /^(?:Failed to authenticate\. )?API Error: /;

/** Enters the end of an agent, and its last message as report where it stored none. */
export function recordAgentEnd(run: RunHandle, reported: AgentEnd, context: Recorder): void {
  const end = unmaskError(reported);
  const attempt = findAttempt(run, end.agentId, end.attempt);
  const text = end.outcome === 'reported' ? (end.text ?? '') : '';
  if (attempt && end.isHandedOver && isReportOf(attempt, text)) {
    storeHandedOver(run, attempt, text, context);
  }
  const known = attempt ? attempt.report : waitingReport(run, end);
  const isEmpty = end.outcome === 'reported' && !known && text.trim() === '';
  const outcome = isEmpty ? 'empty' : end.outcome;
  if (attempt && isOldNews(run, attempt, outcome, text)) return;
  const report = known ?? writeReport(run.paths, reportName(run, attempt, end), text);
  record(
    run,
    [
      {
        event: 'agent.ended',
        at: context.now(),
        agentId: end.agentId,
        attempt: end.attempt,
        outcome,
        category: isEmpty ? 'empty' : end.category,
        message: isEmpty ? 'the agent ended without a report' : toMessage(end.message),
        abstract: text.trim() === '' ? null : toAbstract(text),
        report: end.outcome === 'reported' ? report : null,
      },
    ],
    context,
    attempt?.task,
  );
}

/**
 * In the client's `auto` mode an agent may end with a word, which is taken for its report, and hand
 * over the true one when the client asks for it.
 */
function storeHandedOver(run: RunHandle, attempt: Attempt, text: string, context: Recorder): void {
  const name = attempt.report ? nameOfReport(attempt.report) : reportFileName(run, attempt);
  const report = writeReport(run.paths, name, text);
  if (!report) return;
  const { id, task } = attempt;
  const at = context.now();
  const abstract = toAbstract(text);
  record(run, [{ event: 'report.stored', at, task, attempt: id, report, abstract }], context, task);
}

/** Whether what an agent hands over is its report: not where it stored one itself, or comes late. */
function isReportOf({ explicitReport, finalMessage, end }: Attempt, text: string): boolean {
  const isAdopted = finalMessage && isUnassignedReport(finalMessage.report);
  const isOwn =
    explicitReport && !(isAdopted && explicitReport.report.sha256 === finalMessage.report.sha256);
  return !isOwn && end?.outcome !== 'timeout' && text.trim() !== '';
}

function unmaskError(end: AgentEnd): AgentEnd {
  if (end.outcome !== 'reported' || !ERROR_AS_REPORT.test(end.text ?? '')) return end;
  const message = end.text ?? '';
  const category = classifyError(undefined, message);
  return { ...end, outcome: 'failed', category, message, text: null };
}

/** What the client puts before the error itself. */
const CLIENT_PREFIX =
  /^(?:Agent "[^\n]*?" failed: )?(?:Agent terminated early due to an API error: )?/;

function toMessage(text: string | null): string | null {
  return text === null ? null : toPlainLine(text.replace(CLIENT_PREFIX, ''), 500);
}

/** An end that says nothing stronger than what is known, and brings no report that was missing. */
function isOldNews(
  run: RunHandle,
  { agentId, end, report, isReportLost }: Attempt,
  outcome: AgentOutcome,
  text: string,
): boolean {
  if (!end) return false;
  if (end.outcome === 'timeout') return Boolean(run.state.agents.get(agentId ?? '')?.ends.length);
  if (!report && text.trim() !== '') return false;
  // After a crash the client says of every agent that it is gone, which is how it was found.
  return isReportLost || outcome === 'lost' || !isStronger(outcome, end.outcome);
}

/** What an agent whose task is not known yet has reported; what it hands over takes its place. */
function waitingReport({ state }: RunHandle, { agentId, isHandedOver }: AgentEnd): Report | null {
  const ends = isHandedOver ? [] : (state.agents.get(agentId ?? '')?.ends ?? []);
  return ends.find(({ report }) => report)?.report ?? null;
}

function reportName(run: RunHandle, attempt: Attempt | undefined, end: AgentEnd): string {
  return attempt ? reportFileName(run, attempt) : unassignedReportName(end.agentId ?? 'unknown');
}

/** Reports that waited under an agent's id get the name of the task, once that is known. */
function adoptReports(run: RunHandle, context: Recorder): void {
  const events = [...run.state.attempts.values()].flatMap((attempt): LedgerEvent[] => {
    const { report } = attempt;
    if (!report || !isUnassignedReport(report) || !hasReport(run.paths, report)) return [];
    return [
      {
        event: 'report.stored',
        at: context.now(),
        task: attempt.task,
        attempt: attempt.id,
        report: assignReport(run.paths, report, reportFileName(run, attempt)),
        abstract: attempt.abstract ?? '',
      },
    ];
  });
  if (events.length === 0) return;
  appendToRun(run, events);
}
