import type { StatusDocument } from '../run/status-schema.ts';

/**
 * What operations answer: data alone, from which every surface makes its own words. `--json` prints
 * these documents as they are (docs/json-output.md), so a field is added, never renamed.
 */

/** The outcome of cancelling a run or one task of it. */
export interface CancelResult {
  run: string;
  /** Null when the whole run was meant. */
  task: string | null;
  /** `not_confirmed`: the person was asked and did not say yes, so nothing has changed. */
  outcome: 'cancelled' | 'nothing_to_cancel' | 'not_confirmed';
  /** Tasks that are cancelled now. */
  cancelled: string[];
  /** Tasks whose agents still run, and stop at their next tool call. */
  stopping: string[];
  /** Ids of a session's agents that the session itself can stop at once. */
  agents: string[];
}

/** The outcome of asking for one more attempt of a task, or of all failed tasks of a run. */
export interface RetryResult {
  run: string;
  /** Null when the whole run was meant. */
  task: string | null;
  /**
   * - `allowed`: the tasks in `retried` get one more attempt
   * - `blocked`: so does this one, but only once `blockedBy` has completed
   * - `not_started`: the task has had no attempt yet
   * - `nothing_to_retry`: no task failed or was cancelled, apart from those in `denied`
   */
  outcome: 'allowed' | 'blocked' | 'not_started' | 'nothing_to_retry';
  retried: string[];
  /** Tasks that were cancelled because they need those, and are pending again. */
  unblocked: string[];
  /** Tasks left alone because a person denied their command; each must be named by itself. */
  denied: string[];
  /** A task that this one needs and that failed or was cancelled itself. */
  blockedBy: string | null;
}

/** A person's decision about an irreversible command. */
export interface DecisionResult {
  run: string;
  task: string;
  outcome: 'approved' | 'denied';
  rule: string;
  /** The whole command; an approval is for one execution of exactly this. */
  command: string;
  /** Relative to the repository; empty for its root. */
  directory: string;
}

/** What an interrupted run has completed, and what it needs next. */
export interface ResumeResult {
  run: string;
  /** Absolute path of the run's directory. */
  dir: string;
  status: StatusDocument['status'];
  completed: { task: string; report: string }[];
  interrupted: { task: string; percent: number; message: string | null }[];
  /** Tasks that can start now. */
  ready: string[];
}

/** The progress of a task after a checkpoint. */
export interface CheckpointResult {
  run: string;
  task: string;
  /** `behind`: the percentage was lower than an earlier one, which stays. */
  outcome: 'recorded' | 'behind';
  percent: number;
}

/** A report as it was stored. */
export interface ReportResult {
  run: string;
  task: string;
  /** `late`: it is kept, but came too late to change the outcome of the task. */
  outcome: 'stored' | 'late';
  /** Relative to the run's directory. */
  path: string;
  bytes: number;
}

/** The summary of a run in Markdown. */
export interface SummaryDocument {
  run: string;
  status: StatusDocument['status'];
  text: string;
  /** False when it was shortened. */
  isWhole: boolean;
}
