import type { StatusDocument, TaskStatusEntry } from '../run/status-schema.ts';

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
  /** Completed tasks whose rerun was cancelled before it began; they keep their reports. */
  kept: string[];
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

/** What became of the branch of one task in a merge. */
export interface MergedTask {
  task: string;
  /**
   * - `merged`: its changes are on the merged branch
   * - `conflict`: they conflict with those of `others`, in `files`
   * - `reverted`: the check passed before and failed with them
   * - `skipped`: `others`, which it needs, are not merged, or `reason`
   * - `failed`: git refused, see `reason`
   */
  outcome: 'merged' | 'conflict' | 'reverted' | 'skipped' | 'failed';
  others: string[];
  files: string[];
  reason: string | null;
  checks: { command: string; exitCode: number | null; durationMs: number }[];
  /** The output of the check, or the conflicting parts, relative to the run's directory. */
  output: string | null;
}

/** The merge of a run's branches onto one branch. */
export interface MergeResult {
  run: string;
  /** `incomplete`: not every task is merged, or the check fails. */
  outcome: 'merged' | 'incomplete' | 'nothing_to_merge' | 'interrupted';
  /** Whether nothing was changed, and no check was run. */
  isDryRun: boolean;
  branch: string;
  /** The branch that is to get the result; null for the base of the run. */
  into: string | null;
  base: string | null;
  /** The commit that has everything merged; null if there is none. */
  commit: string | null;
  /** Whether the check passed at that commit; null without a check. */
  verified: boolean | null;
  changes: { files: number; insertions: number; deletions: number } | null;
  tasks: MergedTask[];
  /** Groups of files whose names differ only in case, of which some systems keep only one. */
  collisions: string[][];
  /** How git sums up the changes. */
  diffstat: string;
  /** The command that brings the merged branch into the person's branch; null if that is done. */
  takeOver: string | null;
  /** The command that opens a pull request; null if `gh` is not installed, or there is no remote. */
  pullRequest: string | null;
}

/** Everything that is known about a task: its entry of the status document, and more. */
export interface TaskDocument extends TaskStatusEntry {
  run: string;
  brief: string;
  writes: string[];
  /** Its attempts, oldest first. */
  history: {
    number: number;
    agentId: string | null;
    startedAt: string;
    endedAt: string | null;
    /** How it ended; `running` before. */
    outcome: string;
    message: string | null;
    reusedFrom: string | null;
  }[];
  /** Of its worktree; null without one. */
  branch: string | null;
  /** The commit of its changes; null if there is none. */
  commit: string | null;
  /** The whole report; null if there is none. */
  report: string | null;
}

/** The outcome of removing a run. */
export interface RemoveResult {
  run: string;
  /** `not_confirmed`: the person was asked and did not say yes, so nothing has changed. */
  outcome: 'removed' | 'not_confirmed';
  dir: string;
}

/** What a task or a run changed. */
export interface DiffDocument {
  run: string;
  /** Null for the whole run. */
  task: string | null;
  /** Whether nothing else can be in it. False in a shared tree, which others change too. */
  isExact: boolean;
  /**
   * How the changes are known: by the branches of tasks, by snapshots of a shared tree, or there only
   * by the files that agents were seen to change. Null if no change is known.
   */
  source: 'branches' | 'snapshots' | 'seen_files' | null;
  /** Commits or trees; null if no change is known. */
  from: string | null;
  to: string | null;
  files: {
    path: string;
    /** Null for a binary file. */
    insertions: number | null;
    deletions: number | null;
    /**
     * In a shared tree, the tasks that may have changed it, or were seen to; those of other runs as
     * `<run-id>/<task-id>`.
     */
    tasks: string[];
  }[];
  /** Tasks whose changes are missing, because they conflict or are not committed. */
  missing: string[];
  /** Files that no snapshot has: large new ones, and other repositories. */
  leftOut: string[];
  patch: string;
}

/** What putting files back to before a run did, or would do. */
export interface RestoreDocument {
  run: string;
  /** Empty for the whole run. */
  tasks: string[];
  /**
   * - `restored`: `files` are as they were before
   * - `refused`: changes of others would be lost, see `blocked`; nothing has changed
   * - `not_confirmed`: nobody said yes, so nothing has changed
   * - `nothing_to_restore`: the files are as they were before
   */
  outcome: 'restored' | 'refused' | 'not_confirmed' | 'nothing_to_restore';
  /** The working tree, absolute. */
  checkout: string;
  files: { path: string; change: 'put_back' | 'recreated' | 'removed' }[];
  /**
   * Files that others changed too: other tasks, those of other runs as `<run-id>/<task-id>`, or a
   * person, while no agent was running or none that can have changed them.
   */
  blocked: { path: string; tasks: string[]; byPerson: boolean; isSubmodule: boolean }[];
}

/** The files that a project begins with. */
export interface InitResult {
  root: string;
  /** Relative to `root`. */
  written: string[];
  /** Those that existed, which stay as they are. */
  kept: string[];
}
