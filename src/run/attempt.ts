import type { ErrorCategory } from '../ledger/error-category.ts';
import type { AgentOutcome, Report, TaskKey, Usage } from '../ledger/events.ts';
import type { ProcessIdentity } from '../platform/process-identity.ts';
import { type Gate, stoppedAtGate } from './gate.ts';

/** One execution of a task by one agent. */
export interface Attempt {
  /** The id of the tool call that asked for the agent. */
  id: string;
  task: string;
  session: string;
  client: ProcessIdentity | null;
  /** Set when the agent is a process of its own. */
  worker: Worker | null;
  /** What its report depends on; null where that was not entered. */
  key: TaskKey | null;
  /** The earlier run whose report takes its place; no agent then worked on it. */
  reusedFrom: string | null;
  /** 1 for the first attempt of its task; 0 when the launch was not accepted. */
  number: number;
  launchedAt: string;
  startedAt: string | null;
  /** When its agent last went on after an interruption. */
  resumedAt: string | null;
  /** Its last sign of life that was entered; null before the first. */
  lastSeenAt: string | null;
  /** When it was last found without a sign of life for too long, and the orchestrator told of it. */
  stalledAt: string | null;
  stallReportedAt: string | null;
  agentId: string | null;
  percent: number;
  message: string | null;
  report: Report | null;
  /** What `report` is taken from; both stay when the report is no longer on the disk. */
  explicitReport: ReportFact | null;
  finalMessage: ReportFact | null;
  /** Whether its report was found to be no longer on the disk. */
  isReportLost: boolean;
  /** What the agent said last, or the beginning of the report it stored last. */
  abstract: string | null;
  end: AttemptEnd | null;
  /** Whether its agent launched agents of its own. */
  isDelegating: boolean;
  /** What its agent asked a person to decide, oldest first. */
  gates: Gate[];
  /** Why the launch was not accepted; such an attempt never ran. */
  refusal: Refusal | null;
}

/** An agent that is a client process of its own, under a supervisor. */
interface Worker {
  supervisor: string;
  process: ProcessIdentity | null;
  usage: Usage | null;
  /** What it does now, in one line. */
  activity: string | null;
}

export type Refusal =
  | { reason: 'not-pending'; status: string }
  | { reason: 'needs'; waitingFor: string[] }
  | { reason: 'too-early'; retryAt: string }
  | { reason: 'limit'; limit: number }
  | { reason: 'client'; message: string };

export interface AttemptEnd {
  at: string;
  /** `timeout` was decided here, the others are what became of the agent. */
  outcome: AgentOutcome | 'timeout' | 'interrupted';
  category: ErrorCategory | null;
  message: string | null;
}

/** How an agent ended, before the ledger knows it. */
export interface AttemptOutcome {
  outcome: AgentOutcome;
  category: ErrorCategory | null;
  message: string | null;
  /** The agent's last message; null when it said nothing that could be its report. */
  text: string | null;
}

export interface ReportFact {
  at: string;
  report: Report;
  abstract: string | null;
}

/** An attempt of which only this is known. */
export function newAttempt(
  known: Pick<Attempt, 'id' | 'task' | 'session' | 'number' | 'launchedAt'> & Partial<Attempt>,
): Attempt {
  return {
    client: null,
    worker: null,
    key: null,
    reusedFrom: null,
    startedAt: null,
    resumedAt: null,
    lastSeenAt: null,
    stalledAt: null,
    stallReportedAt: null,
    agentId: null,
    percent: 0,
    message: null,
    report: null,
    explicitReport: null,
    finalMessage: null,
    isReportLost: false,
    abstract: null,
    end: null,
    isDelegating: false,
    gates: [],
    refusal: null,
    ...known,
  };
}

/** When its agent began what it does now, from which its time counts. */
export function attemptStart({ resumedAt, startedAt, launchedAt }: Attempt): string {
  return resumedAt ?? startedAt ?? launchedAt;
}

/** A later fact about an end replaces an earlier one only when it is stronger. */
const STRENGTH = {
  interrupted: 0,
  lost: 1,
  empty: 2,
  failed: 3,
  stopped: 4,
  reported: 5,
  // Decided: what the agent still does afterwards changes nothing.
  timeout: 6,
} as const;

export function isStronger(outcome: AttemptEnd['outcome'], known: AttemptEnd['outcome']): boolean {
  return STRENGTH[outcome] > STRENGTH[known];
}

/**
 * Enters a fact about how an attempt ended; of equally strong facts the earliest counts.
 * @returns whether it counts
 */
export function recordEnd(attempt: Attempt, fact: AttemptEnd): boolean {
  const { at, outcome, category, message } = fact;
  const known = attempt.end;
  if (attempt.isReportLost) return false;
  if (known) {
    const gain = STRENGTH[outcome] - STRENGTH[known.outcome];
    if (gain < 0 || (gain === 0 && orderOf(fact) >= orderOf(known))) return false;
  }
  attempt.end = { at, outcome, category, message };
  return true;
}

/** Two facts of the same millisecond must not count by their order in the ledger. */
function orderOf({ at, category, message }: AttemptEnd): string {
  return `${at} ${category} ${message}`;
}

/**
 * Enters a report of an attempt. One that was stored counts before one that an end brought: of those
 * the one stored last, of these the first.
 */
export function recordReport(
  attempt: Attempt,
  kind: 'explicitReport' | 'finalMessage',
  fact: ReportFact,
): void {
  // The task was settled without it; it is kept on the disk as what it is, a late one.
  if (attempt.end?.outcome === 'timeout') return;
  const known = attempt[kind];
  if (known && !COUNTS_BEFORE[kind](fact, known)) return;
  attempt[kind] = fact;
  const { explicitReport, finalMessage } = attempt;
  attempt.report = (explicitReport ?? finalMessage)?.report ?? null;
  const isStoredLast = explicitReport && (!finalMessage || explicitReport.at > finalMessage.at);
  attempt.abstract = isStoredLast
    ? explicitReport.abstract
    : (finalMessage?.abstract ?? explicitReport?.abstract ?? null);
}

const COUNTS_BEFORE = {
  explicitReport: (a: ReportFact, b: ReportFact) => orderOfReport(a) > orderOfReport(b),
  finalMessage: (a: ReportFact, b: ReportFact) => orderOfReport(a) < orderOfReport(b),
};

function orderOfReport({ at, report, abstract }: ReportFact): string {
  return `${at} ${report.path} ${report.sha256} ${abstract}`;
}

/** Enters that the report of an attempt that has ended is no longer on the disk. */
export function markReportLost(attempt: Attempt): void {
  const { report, end } = attempt;
  if (!report || !end) return;
  const message = `its report ${report.path} is no longer on the disk`;
  attempt.report = null;
  attempt.isReportLost = true;
  attempt.end = { at: end.at, outcome: 'lost', category: 'lost', message };
}

export function isRunning(attempt: Attempt): boolean {
  return !attempt.end && !attempt.refusal;
}

/**
 * The attempt that decides what becomes of its task: the latest, but where that ended without a
 * report the last one before it that has one, which came when the task was being tried again. What an
 * agent reported at a gate is no such report: it says what is left to do.
 */
export function decidingAttempt(attempts: readonly Attempt[]): Attempt | undefined {
  const latest = attempts.at(-1);
  if (!latest || attemptStatus(latest) === 'working' || stoppedAtGate(latest)) return latest;
  const isCompleted = (attempt: Attempt) =>
    attemptStatus(attempt) === 'completed' && !stoppedAtGate(attempt);
  return attempts.findLast(isCompleted) ?? latest;
}

/** A report makes an ended attempt completed, however it ended; nothing else does. */
export function attemptStatus(attempt: Attempt): 'working' | 'completed' | 'failed' | 'cancelled' {
  if (!attempt.end) return 'working';
  if (attempt.report) return 'completed';
  return attempt.end.outcome === 'stopped' ? 'cancelled' : 'failed';
}
