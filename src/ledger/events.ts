import * as z from 'zod/mini';
import { policy } from '../config/policy-schema.ts';
import { quorum, task, taskId } from '../plan/plan-schema.ts';
import type { ProcessIdentity } from '../platform/process-identity.ts';
import { errorCategory } from './error-category.ts';

/**
 * The ledger's events. Every line of `ledger.jsonl` is one of these; `event` is always the first
 * key, which is how a reader finds the next whole event after a torn one.
 */

/** Ids that Claude Code gives to tool calls, agents and sessions. */
export const clientId = z.string().check(z.regex(/^[\w-]{1,128}$/));
export const runId = z
  .string()
  .check(
    z.regex(/^\d{8}-\d{6}-\d{3}[a-z0-9]{3}$/, 'expected a run id such as 20261122-181530-412k7x'),
  );

const at = z.iso.datetime({ precision: 3 });

const sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/));

/** A report on disk. `path` is relative to the run's directory, `bytes` is never 0. */
const report = z.strictObject({
  path: z.string().check(z.regex(/^results\/[\w.-]+\.md$/)),
  bytes: z.int().check(z.positive()),
  sha256,
});
export type Report = z.infer<typeof report>;

const runOpened = z.strictObject({
  event: z.literal('run.opened'),
  at,
  /** Format of this ledger; left out by version 0.1.0, which means 1. */
  format: z.optional(z.int().check(z.positive())),
  run: runId,
  goal: z.string(),
  quorum,
  context: z.string(),
  tasks: z.array(task),
  policy,
  /** The session that opened the run; null outside Claude Code. */
  session: z.nullable(clientId),
});
export type RunOpened = z.infer<typeof runOpened>;

const processIdentity: z.ZodMiniType<ProcessIdentity> = z.strictObject({
  pid: z.int(),
  startedAt: z.nullable(z.string()),
});

const hash = z.string().check(z.regex(/^[0-9a-f]{64}$/));

/** What a task's report depends on, each as a hash; a report of the same key is as good as a new one. */
const taskKey = z.strictObject({
  brief: hash,
  context: hash,
  agent: hash,
  model: hash,
  /** The reports of the tasks that it needs. */
  needs: hash,
});
export type TaskKey = z.infer<typeof taskKey>;

/** The orchestrator asked for an agent. `attempt` is the id of that tool call. */
const attemptLaunched = z.strictObject({
  event: z.literal('attempt.launched'),
  at,
  task: taskId,
  attempt: clientId,
  session: clientId,
  /** The client's process, by which a later session sees whether that one still lives. */
  client: z.optional(processIdentity),
  /** Of a worker: the supervisor that started it. `attempt` and `session` are then the same id. */
  supervisor: z.optional(clientId),
  key: z.optional(taskKey),
});

/** The agent of an attempt is known. */
const attemptStarted = z.strictObject({
  event: z.literal('attempt.started'),
  at,
  attempt: clientId,
  agentId: clientId,
});

/** The client started no agent for an attempt. */
const attemptRefused = z.strictObject({
  event: z.literal('attempt.refused'),
  at,
  attempt: clientId,
  category: errorCategory,
  message: z.string(),
});

/** An agent began to work; which task it has may not be known yet. */
const agentStarted = z.strictObject({
  event: z.literal('agent.started'),
  at,
  agentId: clientId,
  agentType: z.string(),
});

/** An agent that was interrupted goes on, with what it knew, in the session that sent it a message. */
const agentResumed = z.strictObject({
  event: z.literal('agent.resumed'),
  at,
  agentId: clientId,
  session: clientId,
  client: processIdentity,
});

/** An agent launched agents of its own; the client does not tell whose a later tool call is. */
const agentDelegated = z.strictObject({
  event: z.literal('agent.delegated'),
  at,
  attempt: clientId,
});

const agentOutcome = z.enum(['reported', 'empty', 'failed', 'stopped', 'lost']);
export type AgentOutcome = z.infer<typeof agentOutcome>;

/** An agent is no longer at work. At least one of `agentId` and `attempt` is known. */
const agentEnded = z.strictObject({
  event: z.literal('agent.ended'),
  at,
  agentId: z.nullable(clientId),
  attempt: z.nullable(clientId),
  outcome: agentOutcome,
  category: z.nullable(errorCategory),
  message: z.nullable(z.string()),
  abstract: z.nullable(z.string()),
  report: z.nullable(report),
});
export type AgentEnded = z.infer<typeof agentEnded>;

const taskCheckpoint = z.strictObject({
  event: z.literal('task.checkpoint'),
  at,
  task: taskId,
  percent: z.int().check(z.minimum(0), z.maximum(100)),
  message: z.string(),
});

/** A full report was stored for an attempt, or for a task that had none at work (`attempt` null). */
const reportStored = z.strictObject({
  event: z.literal('report.stored'),
  at,
  task: taskId,
  attempt: z.nullable(clientId),
  report,
  abstract: z.string(),
});

/** The report of an attempt that had ended is gone from the disk, and its task is to be done again. */
const reportLost = z.strictObject({ event: z.literal('report.lost'), at, attempt: clientId });

/** The session ended, and with it every agent that it had at work. */
const sessionEnded = z.strictObject({
  event: z.literal('session.ended'),
  at,
  session: clientId,
  reason: z.string(),
});

/** The time of an attempt was over before its agent had ended. */
const attemptTimedOut = z.strictObject({
  event: z.literal('attempt.timed_out'),
  at,
  attempt: clientId,
});

/** An agent gave a sign of life by a tool call; entered now and then, not for every call. */
const agentSeen = z.strictObject({ event: z.literal('agent.seen'), at, agentId: clientId });

/** An attempt gave no sign of life for the time of its tier. */
const attemptStalled = z.strictObject({
  event: z.literal('attempt.stalled'),
  at,
  attempt: clientId,
});

/** The orchestrator was told that an attempt is stalled. */
const stallTold = z.strictObject({ event: z.literal('stall.told'), at, attempt: clientId });

/** The ways in which people are told of something. */
const noticeChannel = z.enum(['terminal', 'command']);
export type NotificationChannel = z.infer<typeof noticeChannel>;

/** A process undertook to tell people of something; of several the first does. */
const noticeClaimed = z.strictObject({
  event: z.literal('notice.claimed'),
  at,
  channel: noticeChannel,
  /** What it is about, such as `gate:<id>`. */
  notice: z.string(),
  by: z.string(),
});

/** Someone wants a task, or without one the whole run, to stop. */
const cancelRequested = z.strictObject({
  event: z.literal('cancel.requested'),
  at,
  task: z.nullable(taskId),
});

/** Someone wants a task that did not complete to be tried once more. */
const retryRequested = z.strictObject({
  event: z.literal('retry.requested'),
  at,
  task: taskId,
});

/** Where a person decides: in the session that asked, or later with `swarm approve` or `swarm deny`. */
const decidedIn = z.enum(['session', 'command-line']);
export type DecidedIn = z.infer<typeof decidedIn>;

/** An agent is about to do what cannot be undone. `gate` is the id of its tool call. */
const gateAsked = z.strictObject({
  event: z.literal('gate.asked'),
  at,
  gate: clientId,
  attempt: clientId,
  rule: z.string(),
  /** One sentence. */
  reason: z.string(),
  /** The whole command, without what looks like a credential. */
  command: z.string(),
  /** Of the exact command and where it runs. */
  sha256,
  /** Where it runs, from the root of the working tree; absolute outside of the repository. */
  directory: z.string(),
  where: decidedIn,
});
export type GateAsked = z.infer<typeof gateAsked>;

/** A person allowed exactly that command, once. */
const gateApproved = z.strictObject({
  event: z.literal('gate.approved'),
  at,
  gate: clientId,
  where: decidedIn,
});

/** A person refused the command. */
const gateDenied = z.strictObject({
  event: z.literal('gate.denied'),
  at,
  gate: clientId,
  where: decidedIn,
});

/** A tool call claims an approval; the first in the ledger has it. */
const gateUsed = z.strictObject({
  event: z.literal('gate.used'),
  at,
  gate: clientId,
  call: clientId,
});

/** An agent was about to change a file outside its task's `writes`, or one that another claims. */
const fileOutside = z.strictObject({
  event: z.literal('file.outside'),
  at,
  task: taskId,
  path: z.string(),
  /** The task at work that claims the file, for which the edit was refused. */
  claimedBy: z.nullable(taskId),
});

/** A session took over the run. */
const runAdopted = z.strictObject({
  event: z.literal('run.adopted'),
  at,
  session: clientId,
});

/** The end of the orchestrator's turn was held back, since something was left to do. */
const turnHeld = z.strictObject({
  event: z.literal('turn.held'),
  at,
  session: clientId,
});

/** The orchestrator has read the summary of the ended run. */
const summaryRead = z.strictObject({
  event: z.literal('summary.read'),
  at,
  session: clientId,
});

/** What holds for every worker of a supervisor. */
const workerOptions = z.strictObject({
  model: z.nullable(z.string()),
  permissionMode: z.nullable(z.string()),
  allowedTools: z.array(z.string()),
  /** Dollars that the whole run may cost. */
  budgetUsd: z.nullable(z.number()),
  /** Reports of earlier runs are not used again. */
  fresh: z.boolean(),
  /** Tasks that write work in git worktrees of their own. */
  worktrees: z.boolean(),
  /** The person's git worktree in which tasks work, absolute; null for the main checkout. */
  checkout: z._default(z.nullable(z.string()), null),
});
export type WorkerOptions = z.infer<typeof workerOptions>;

/** A process took over the run to execute it, if none has done so but the one it replaces. */
const supervisorStarted = z.strictObject({
  event: z.literal('supervisor.started'),
  at,
  supervisor: clientId,
  process: processIdentity,
  replaces: z.nullable(clientId),
  maxParallel: z.int().check(z.positive()),
  options: workerOptions,
});
export type SupervisorStarted = z.infer<typeof supervisorStarted>;

/** A supervisor let go of the run, or was found dead. */
const supervisorEnded = z.strictObject({
  event: z.literal('supervisor.ended'),
  at,
  supervisor: clientId,
  reason: z.string(),
});

/** The process of a worker; it leads a process group of its own. */
const workerStarted = z.strictObject({
  event: z.literal('worker.started'),
  at,
  attempt: clientId,
  process: processIdentity,
});

/** The report of an earlier run takes the place of an attempt; `report` is this run's copy. */
const taskReused = z.strictObject({
  event: z.literal('task.reused'),
  at,
  task: taskId,
  attempt: clientId,
  from: runId,
  key: taskKey,
  report,
  abstract: z.string(),
});

const count = z.int().check(z.nonnegative());

/** What a worker has used so far. */
export const usage = z.strictObject({
  toolCalls: count,
  inputTokens: count,
  outputTokens: count,
  cacheReadTokens: count,
  cacheCreationTokens: count,
  /** The client's own figure; null until it gives one. */
  costUsd: z.nullable(z.number().check(z.nonnegative())),
});
export type Usage = z.infer<typeof usage>;

const gitObject = z.string().check(z.regex(/^[0-9a-f]{40,64}$/));

/** A task got a git worktree of its own, in `.swarm/worktrees/<run>/<task>`. */
const worktreeAdded = z.strictObject({
  event: z.literal('worktree.added'),
  at,
  task: taskId,
  branch: z.string(),
  /** The commit that it began with, the changes of the tasks that it needs included. */
  base: gitObject,
});

/** What is in a worktree now that was not when it began. */
const worktreeMeasured = z.strictObject({
  event: z.literal('worktree.measured'),
  at,
  task: taskId,
  files: count,
  insertions: count,
  deletions: count,
  /** Whether all of it is on the branch. */
  isCommitted: z.boolean(),
});

/** A worktree without changes was removed, and its branch with it. */
const worktreeRemoved = z.strictObject({
  event: z.literal('worktree.removed'),
  at,
  task: taskId,
});

/** How far the stream of a worker has come; figures count from its start. */
const workerUsed = z.strictObject({
  event: z.literal('worker.used'),
  at,
  attempt: clientId,
  usage,
  /** What it does now, in one line. */
  activity: z.nullable(z.string()),
});

export const ledgerEvent = z.discriminatedUnion('event', [
  runOpened,
  attemptLaunched,
  attemptStarted,
  attemptRefused,
  agentStarted,
  agentResumed,
  agentDelegated,
  agentEnded,
  taskCheckpoint,
  reportStored,
  reportLost,
  sessionEnded,
  summaryRead,
  attemptTimedOut,
  agentSeen,
  attemptStalled,
  stallTold,
  noticeClaimed,
  cancelRequested,
  retryRequested,
  gateAsked,
  gateApproved,
  gateDenied,
  gateUsed,
  fileOutside,
  runAdopted,
  turnHeld,
  supervisorStarted,
  supervisorEnded,
  workerStarted,
  workerUsed,
  taskReused,
  worktreeAdded,
  worktreeMeasured,
  worktreeRemoved,
]);
export type LedgerEvent = z.infer<typeof ledgerEvent>;
