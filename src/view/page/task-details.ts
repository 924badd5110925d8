import { type Attempt, attemptStart, failureOf } from '../../run/attempt.ts';
import { type Gate, gateLine } from '../../run/gate.ts';
import { pendingGates } from '../../run/pending-gates.ts';
import type { RunState, TaskState } from '../../run/run-state.ts';

/** What the page of a run shows of a task beyond its entry in the status document. */
export interface TaskDetails {
  writes: string[];
  /** The decision that it needs from a person; null if it needs none. */
  gate: GateView | null;
  /** Earlier decisions. */
  decisions: DecisionView[];
  /** Oldest first. */
  attempts: AttemptView[];
  /** The newest checkpoints, newest first. */
  log: { at: string; attempt: number; percent: number; message: string }[];
  branch: string | null;
  changes: { files: number; insertions: number; deletions: number } | null;
  undeclaredWrites: string[];
}

export interface GateView {
  rule: string;
  reason: string;
  /** The whole command. */
  command: string;
  /** Relative to the working tree; empty for its top. */
  directory: string;
  askedAt: string;
  /** Whether it can be decided here, or only in the session that asks. */
  isHere: boolean;
}

interface DecisionView {
  status: Gate['status'];
  rule: string;
  command: string;
  at: string | null;
  by: string | null;
}

export interface AttemptView {
  number: number;
  launchedAt: string;
  startedAt: string;
  endedAt: string | null;
  /** Why it did not complete; null if it did, or is still running. */
  failure: string | null;
  percent: number;
  reusedFrom: string | null;
}

/** The newest checkpoints that are shown. */
const MAX_LOG = 20;

/** The details of all tasks of a run, by task. */
export function toTaskDetails(state: RunState): Record<string, TaskDetails> {
  const gates = new Map(pendingGates(state).map(({ task, gate }) => [task, gate]));
  return Object.fromEntries(
    [...state.tasks].map(([id, task]) => [id, detailsOf(state, task, gates.get(id))]),
  );
}

function detailsOf(state: RunState, task: TaskState, pending: Gate | undefined): TaskDetails {
  const worktree = state.worktrees.get(task.plan.id);
  return {
    writes: task.plan.writes,
    gate: pending ? toGateView(pending) : null,
    decisions: task.attempts
      .flatMap(({ gates }) => gates)
      .filter((gate) => gate !== pending && gate.status !== 'asked')
      .map((gate) => ({
        status: gate.status,
        rule: gate.rule,
        command: gateLine(gate),
        at: gate.decidedAt,
        by: gate.decidedBy,
      })),
    attempts: task.attempts.map(toAttemptView),
    log: task.log.slice(-MAX_LOG).reverse(),
    branch: worktree?.branch ?? null,
    changes: worktree?.changes ?? null,
    undeclaredWrites: task.undeclaredWrites.map(({ path }) => path),
  };
}

function toGateView({ rule, reason, command, directory, at, where }: Gate): GateView {
  return { rule, reason, command, directory, askedAt: at, isHere: where === 'command-line' };
}

function toAttemptView(attempt: Attempt): AttemptView {
  const failure = failureOf(attempt);
  const isFailed = failure !== null && attempt.report === null;
  return {
    number: attempt.number,
    launchedAt: attempt.launchedAt,
    startedAt: attemptStart(attempt),
    endedAt: attempt.end?.at ?? null,
    failure: isFailed
      ? `${failure.category ?? attempt.end?.outcome ?? 'failed'}: ${failure.message ?? 'no report'}`
      : null,
    percent: attempt.percent,
    reusedFrom: attempt.reusedFrom,
  };
}
