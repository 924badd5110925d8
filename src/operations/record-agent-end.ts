import { isSwarmError } from '../errors/swarm-error.ts';
import type { ErrorCategory } from '../ledger/error-category.ts';
import type { AgentOutcome, EventOf, Report } from '../ledger/events.ts';
import { wasEndedHere } from '../run/agents-to-stop.ts';
import { type Attempt, isStronger } from '../run/attempt.ts';
import { classifyError } from '../run/classify-error.ts';
import { idleOf } from '../run/run-state.ts';
import { usageLimitEnd } from '../run/usage-limit.ts';
import { commit } from '../store/commit.ts';
import type { Host } from '../store/host.ts';
import {
  isUnassignedReport,
  nameOfReport,
  reportFileName,
  unassignedReportName,
  writeReport,
} from '../store/reports.ts';
import type { RunHandle } from '../store/run-handle.ts';
import { sanitizeLine, toAbstract } from '../text/sanitize.ts';
import { findAttempt } from './find-agent.ts';

/** How an agent ended, before it is known which task it had. */
export interface AgentEnd {
  agentId: string | null;
  /** The id of the tool call that launched the agent, if the client reports it. */
  attempt: string | null;
  outcome: AgentOutcome;
  category: ErrorCategory | null;
  message: string | null;
  /** The agent's last message. */
  text: string | null;
  /** When the usage limit that ended it ends, if the client reports that; ISO 8601. */
  limitedUntil?: string | null;
  /** Whether the text was handed over as the report, not just the last message. */
  isHandedOver?: boolean;
}

/** The end of an agent that was stopped. */
export const STOPPED = {
  outcome: 'stopped',
  category: null,
  message: 'stopped by Claude',
  text: null,
} as const;

/** Older clients return the final API error as the report of the failed agent. */
const ERROR_AS_REPORT = /^(?:Failed to authenticate\. )?API Error: /;

/**
 * Records the end of an agent, and its last message as the report if it stored none. An agent whose
 * report cannot be stored, for example because the directory was replaced by a link, has failed.
 */
export function recordAgentEnd(run: RunHandle, reported: AgentEnd, host: Host): void {
  try {
    recordEndAndReport(run, reported, host);
  } catch (error) {
    if (!isSwarmError(error) || reported.outcome !== 'reported') throw error;
    const message = `its report could not be stored: ${error.message}`;
    const failed = { outcome: 'failed', category: 'fatal', message, text: null } as const;
    recordEndAndReport(run, { ...reported, ...failed, isHandedOver: false }, host);
  }
}

function recordEndAndReport(run: RunHandle, reported: AgentEnd, host: Host): void {
  const attempt = findAttempt(run, reported.agentId, reported.attempt);
  const end = attempt?.isBriefMissing ? withoutBrief(reported) : unmaskError(reported);
  const text = end.outcome === 'reported' ? (end.text ?? '') : '';
  if (attempt && end.isHandedOver && isReportOf(attempt, text)) {
    storeHandedOver(run, attempt, text, host);
  }
  const known = attempt?.report ?? waitingReport(run, end);
  const isEmpty = end.outcome === 'reported' && !known && text.trim() === '';
  const outcome = isEmpty ? 'empty' : end.outcome;
  if (attempt && isOldNews(run, attempt, outcome, text)) return;
  const report = known ?? writeReport(run.paths, reportName(run, attempt, end), text);
  commit(
    run,
    [
      ...limitOf(attempt, end, host.now()),
      {
        event: 'agent.ended',
        at: host.now(),
        agentId: end.agentId,
        attempt: end.attempt,
        outcome,
        category: isEmpty ? 'empty' : end.category,
        message: isEmpty ? 'the agent ended without a report' : toMessage(end.message),
        abstract: abstractOf(run, end, text),
        report: end.outcome === 'reported' ? report : null,
      },
    ],
    host,
  );
}

/**
 * In the client's `auto` mode an agent may end with a short message, which is recorded as its
 * report, and hand over the real report when the client asks for it.
 */
function storeHandedOver(run: RunHandle, attempt: Attempt, text: string, host: Host): void {
  const name = attempt.report ? nameOfReport(attempt.report) : reportFileName(run, attempt);
  const report = writeReport(run.paths, name, text);
  if (!report) return;
  const { id, task } = attempt;
  const at = host.now();
  const abstract = toAbstract(text);
  commit(run, [{ event: 'report.stored', at, task, attempt: id, report, abstract }], host);
}

/** Whether a handed-over text is the report: not if the agent stored one itself, or is late. */
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

/** Whatever an agent without a brief reports, it is not about its task. */
function withoutBrief(end: AgentEnd): AgentEnd {
  if (end.outcome !== 'reported') return end;
  const message =
    'the hook of another plugin or of the settings replaced the prompt of its launch, so it never got its brief';
  return { ...end, outcome: 'failed', category: 'fatal', message, text: null };
}

/** The client's prefix of an error. */
const CLIENT_PREFIX =
  /^(?:Agent "[^\n]*?" failed: )?(?:Agent terminated early due to an API error: )?/;

function toMessage(text: string | null): string | null {
  return text === null ? null : sanitizeLine(text.replace(CLIENT_PREFIX, ''), 500);
}

/** Whether an end is no stronger than the recorded one and brings no missing report. */
function isOldNews(run: RunHandle, attempt: Attempt, outcome: AgentOutcome, text: string): boolean {
  const { agentId, end, report, isReportLost } = attempt;
  if (!end) return false;
  // Until then, somebody has to stop it.
  if (wasEndedHere(attempt)) return Boolean(run.state.agents.get(agentId ?? '')?.ends.length);
  if (!report && text.trim() !== '') return false;
  // After a crash the client reports every agent as gone, which is already recorded.
  return isReportLost || outcome === 'lost' || !isStronger(outcome, end.outcome);
}

/** The usage limit that ended an attempt, which the client reports or its message names. */
function limitOf(
  attempt: Attempt | undefined,
  { outcome, message, limitedUntil }: AgentEnd,
  at: string,
): EventOf<'usage.limited'>[] {
  if (!attempt || outcome !== 'failed') return [];
  const until = limitedUntil ?? usageLimitEnd(message, at);
  return until ? [{ event: 'usage.limited', at, attempt: attempt.id, until }] : [];
}

/**
 * The report of an agent that was recorded before its end, or before its task was known. A
 * handed-over report replaces it.
 */
function waitingReport({ state }: RunHandle, { agentId, isHandedOver }: AgentEnd): Report | null {
  const facts = isHandedOver ? undefined : state.agents.get(agentId ?? '');
  return facts?.idle?.report ?? facts?.ends.find(({ report }) => report)?.report ?? null;
}

/** What an agent said at the end of its turn is whole; a notification may have only its last part. */
function abstractOf(
  { state }: RunHandle,
  { agentId, outcome, isHandedOver }: AgentEnd,
  text: string,
) {
  const idle = outcome === 'reported' && !isHandedOver ? idleOf(state, agentId) : null;
  return idle?.abstract ?? (text.trim() === '' ? null : toAbstract(text));
}

function reportName(run: RunHandle, attempt: Attempt | undefined, end: AgentEnd): string {
  return attempt ? reportFileName(run, attempt) : unassignedReportName(end.agentId ?? 'unknown');
}
