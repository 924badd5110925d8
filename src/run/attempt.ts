import type { ErrorCategory } from '../ledger/error-category.ts';
import type {
  AgentOutcome,
  EventOf,
  Report,
  ResumeDecided,
  TaskKey,
  Usage,
} from '../ledger/events.ts';
import type { ProcessIdentity } from '../platform/process/process-identity.ts';
import { type CheckState, describeFailedCheck, noChecks } from './evidence/check.ts';
import type { Evidence } from './evidence/warnings.ts';
import { type Gate, stoppedAtGate } from './gate.ts';

/** One execution of a task by one agent. */
export interface Attempt {
  /** The id of the tool call that asked for the agent. */
  id: string;
  task: string;
  session: string;
  client: ProcessIdentity | null;
  /** Set if the agent is a process of its own. */
  worker: Worker | null;
  /** What its report depends on; null if that was not recorded. */
  key: TaskKey | null;
  /** The earlier run whose report was reused, in which case no agent worked on it; else null. */
  reusedFrom: string | null;
  /** 1 for the first attempt of its task; 0 if the launch was refused. */
  number: number;
  launchedAt: string;
  startedAt: string | null;
  /** When its agent was last resumed after an interruption. */
  resumedAt: string | null;
  /** Whether that would read more than another agent; null while nothing was decided. */
  resumeDecision: Pick<ResumeDecided, 'contextTokens' | 'maxTokens' | 'continuesWith'> | null;
  /** Its last recorded heartbeat; null before the first. */
  lastSeenAt: string | null;
  /** When it last missed its heartbeat, and when the orchestrator was told so. */
  stalledAt: string | null;
  stallReportedAt: string | null;
  agentId: string | null;
  percent: number;
  message: string | null;
  report: Report | null;
  /** The sources of `report`; they stay even if the file is lost. */
  explicitReport: ReportFact | null;
  finalMessage: ReportFact | null;
  /** Whether its report is missing on disk. */
  isReportLost: boolean;
  /** The agent's last message, or the beginning of the report that it stored later. */
  abstract: string | null;
  end: AttemptEnd | null;
  /** Whether its agent launched agents of its own. */
  isDelegating: boolean;
  /** Whether its agent works without its brief, because another hook replaced the prompt. */
  isBriefMissing: boolean;
  /** Decisions that its agent needed from a person, oldest first. */
  gates: Gate[];
  /** When the usage limit that ended it ends; null if none did. */
  limitedUntil: string | null;
  /** What swarm itself found out about its work. */
  checks: CheckState;
  /** What its agent did, seen from outside; null while that is unknown. */
  evidence: Evidence | null;
  /** What the agent of a conversation has used so far; null while that is not counted. */
  spent: Spent | null;
  /** What it cost in US dollars: in earlier sessions of the client, and in the latest one. */
  cost: { before: number; latest: number } | null;
  /** Why the launch was refused, in which case the attempt never ran; else null. */
  refusal: Refusal | null;
}

/** A count that continues where it stopped in the transcript. */
type Spent = Pick<EventOf<'agent.used'>, 'at' | 'usage' | 'readTo' | 'countedMessage'>;

/** An agent that is a client process of its own, under a supervisor. */
interface Worker {
  supervisor: string;
  process: ProcessIdentity | null;
  usage: Usage | null;
  /** The size of its context at its latest message; null while unknown. */
  contextTokens: number | null;
  /** Its current activity, in one line. */
  activity: string | null;
  /** The tools that the client refused it. */
  deniedTools: readonly string[];
  /** The pool whose machines may take it; null if it runs on the supervisor's own. */
  pool: string | null;
  /** The machine that has taken it; null while none has. */
  machine: string | null;
  /** Whether that machine was lost. */
  isMachineLost: boolean;
}

export type Refusal =
  | { reason: 'not-pending'; status: string }
  | { reason: 'needs'; waitingFor: string[] }
  | { reason: 'too-early'; retryAt: string }
  | { reason: 'limit'; limit: number }
  | { reason: 'budget'; message: string }
  | { reason: 'client'; message: string };

export interface AttemptEnd {
  at: string;
  /** `timeout` and `budget` were decided here; the others are what happened to the agent. */
  outcome: AgentOutcome | 'timeout' | 'interrupted' | 'budget';
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

/**
 * The outcome of an agent that reached its turn limit, as the next attempt would too.
 * @param words its last ones; null if it said nothing
 */
export function stoppedAtTurnLimit(words: string | null): AttemptOutcome {
  const last = words ? `; it last said: ${words}` : '';
  const message = `it stopped at its turn limit before it had finished${last}`;
  return { outcome: 'failed', category: 'fatal', message, text: null };
}

export interface ReportFact {
  at: string;
  report: Report;
  abstract: string | null;
}

/** An attempt with only these fields known. */
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
    resumeDecision: null,
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
    isBriefMissing: false,
    gates: [],
    limitedUntil: null,
    checks: noChecks(false),
    evidence: null,
    spent: null,
    cost: null,
    refusal: null,
    ...known,
  };
}

/** The later of two ISO 8601 times. */
export function laterTime(known: string | null, at: string): string {
  return known !== null && known > at ? known : at;
}

/** Records a heartbeat of an attempt. */
export function markSeen(attempt: Attempt, at: string): void {
  attempt.lastSeenAt = laterTime(attempt.lastSeenAt, at);
}

/** Start of the current execution; the timeout of an attempt counts from here. */
export function attemptStart({ resumedAt, startedAt, launchedAt }: Attempt): string {
  return resumedAt ?? startedAt ?? launchedAt;
}

/** A fact about an end replaces another only if it is stronger; see docs/decisions/0004. */
const STRENGTH = {
  interrupted: 0,
  lost: 1,
  empty: 2,
  failed: 3,
  stopped: 4,
  budget: 4,
  reported: 5,
  // Decided here: whatever the agent does afterwards changes nothing.
  timeout: 6,
} as const;

export function isStronger(outcome: AttemptEnd['outcome'], known: AttemptEnd['outcome']): boolean {
  return STRENGTH[outcome] > STRENGTH[known];
}

/**
 * Records a fact about how an attempt ended. Of equally strong facts, the earliest counts.
 * @returns whether the fact counts
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

/** Orders two facts of the same millisecond without regard to their order in the ledger. */
function orderOf({ at, category, message }: AttemptEnd): string {
  return `${at} ${category} ${message}`;
}

/**
 * Records a report of an attempt. A report that the agent stored itself is preferred to its final
 * message. Of several stored reports the last counts, of several final messages the first.
 */
export function recordReport(
  attempt: Attempt,
  kind: 'explicitReport' | 'finalMessage',
  fact: ReportFact,
): void {
  // The task finished without it. It stays on disk as a late report.
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

/** Records that the report of an ended attempt is missing on disk. */
export function markReportLost(attempt: Attempt): void {
  const { report, end } = attempt;
  if (!report || !end) return;
  const message = `its report ${report.path} is missing on disk`;
  attempt.report = null;
  attempt.isReportLost = true;
  attempt.end = { at: end.at, outcome: 'lost', category: 'lost', message };
}

export function isRunning(attempt: Attempt): boolean {
  return !attempt.end && !attempt.refusal;
}

/**
 * The attempt that determines the status of its task. This is the latest one, unless that ended
 * without a report and an earlier attempt has one, which then arrived after the retry had begun. The
 * report of an agent that stopped at a gate does not count: it only says what is left to do.
 */
export function decidingAttempt(attempts: readonly Attempt[]): Attempt | undefined {
  const latest = attempts.at(-1);
  if (!latest || attemptStatus(latest) === 'working' || stoppedAtGate(latest)) return latest;
  const isCompleted = (attempt: Attempt) =>
    attemptStatus(attempt) === 'completed' && !stoppedAtGate(attempt);
  return attempts.findLast(isCompleted) ?? latest;
}

/**
 * An ended attempt is completed if and only if it has a report, however it ended, and has passed the
 * checks of its task.
 */
export function attemptStatus(attempt: Attempt): 'working' | 'completed' | 'failed' | 'cancelled' {
  if (!attempt.end) return 'working';
  if (attempt.report) return isUnproved(attempt) ? 'failed' : 'completed';
  return attempt.end.outcome === 'stopped' ? 'cancelled' : 'failed';
}

/** Whether its report does not count, because a check of its task failed or never ran. */
function isUnproved({ report, end, checks }: Attempt): boolean {
  return Boolean(end && report && checks.isRequired && checks.isPassed !== true);
}

/** Why an attempt did not complete; null if it did, or is still running. */
export function failureOf(
  attempt: Attempt,
): { category: ErrorCategory | null; message: string | null } | null {
  if (isUnproved(attempt))
    return { category: 'check', message: describeFailedCheck(attempt.checks) };
  const { end, limitedUntil } = attempt;
  return end && limitedUntil ? { category: 'limit', message: end.message } : end;
}
