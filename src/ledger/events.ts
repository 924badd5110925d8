import * as z from 'zod/mini';
import { policy } from '../config/policy-schema.ts';
import { poolName, quorum, task, taskId } from '../plan/plan-schema.ts';
import type { ProcessIdentity } from '../platform/process/process-identity.ts';
import { errorCategory } from './error-category.ts';

/**
 * The events of a ledger. Every line of `ledger.jsonl` is one of them. `event` is always the first key:
 * by it a reader finds the next complete event after a torn one. Times are ISO 8601, in UTC, with
 * milliseconds.
 */

/**
 * An id that Claude Code or the provider of its model assigns to a tool call, an agent or a session.
 * It is opaque: some providers use punctuation, or put kilobytes of state into it.
 */
export const clientId = z.string().check(z.regex(/^[^\s\p{C}]{1,65536}$/u));
export const runId = z
  .string()
  .check(
    z.regex(/^\d{8}-\d{6}-\d{3}[a-z0-9]{3}$/, 'expected a run id such as 20261122-181530-412k7x'),
  );

const at = z.iso.datetime({ precision: 3 });

const sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/));

/** A report on disk. `path` is relative to the run's directory; `bytes` is never 0. */
const report = z.strictObject({
  path: z.string().check(z.regex(/^results\/[\w.-]+\.md$/)),
  bytes: z.int().check(z.positive()),
  sha256,
});
export type Report = z.infer<typeof report>;

/** The schedule or webhook that started a run. */
export const startedBy = z.strictObject({
  trigger: z.enum(['schedule', 'webhook']),
  name: z.string(),
  /** Whether its end wakes a Claude Code session that is open in the repository. */
  wake: z.boolean(),
});
export type StartedBy = z.infer<typeof startedBy>;

const runOpened = z.strictObject({
  event: z.literal('run.opened'),
  at,
  /** Format of this ledger; left out by version 0.1.0, which means 1. */
  format: z.optional(z.int().check(z.positive())),
  run: runId,
  goal: z.string(),
  quorum,
  /** US dollars that the run may cost, as in the plan. */
  budgetUsd: z.optional(z.number().check(z.positive())),
  /** Tokens that the run may use, as in the plan. */
  budgetTokens: z.optional(z.int().check(z.positive())),
  /** Checks of the run as a whole, as in the plan. */
  check: z._default(z.array(z.string()), []),
  context: z.string(),
  tasks: z.array(task),
  policy,
  /** The session that created the run; null outside Claude Code. */
  session: z.nullable(clientId),
  startedBy: z.optional(startedBy),
});
export type RunOpened = z.infer<typeof runOpened>;

const processIdentity: z.ZodMiniType<ProcessIdentity> = z.strictObject({
  pid: z.int(),
  startedAt: z.nullable(z.string()),
});

const hash = z.string().check(z.regex(/^[0-9a-f]{64}$/));

/** What a task's report depends on, each part as a hash. A report with the same key can be reused. */
const taskKey = z.strictObject({
  brief: hash,
  context: hash,
  agent: hash,
  model: hash,
  /** The reports of the needed tasks. */
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
  /** The pool whose machines may take it; left out if it runs on the supervisor's own. */
  pool: z.optional(poolName),
  key: z.optional(taskKey),
});

/** A machine has taken an attempt of a pool. Process ids of that machine mean nothing elsewhere. */
const attemptPlaced = z.strictObject({
  event: z.literal('attempt.placed'),
  at,
  attempt: clientId,
  machine: z.string(),
});

/** The machine of an attempt no longer answers, or nothing is left there that could report. */
const machineLost = z.strictObject({
  event: z.literal('machine.lost'),
  at,
  attempt: clientId,
  reason: z.string(),
});

/** The agent of an attempt is known. */
const attemptStarted = z.strictObject({
  event: z.literal('attempt.started'),
  at,
  attempt: clientId,
  agentId: clientId,
});

/** Another hook replaced the prompt of a launch, so that its agent started without the brief. */
const briefReplaced = z.strictObject({
  event: z.literal('brief.replaced'),
  at,
  attempt: clientId,
});

/** An agent that started without its brief got it later. */
const briefGiven = z.strictObject({ event: z.literal('brief.given'), at, attempt: clientId });

/** The client refused to start an agent for an attempt. */
const attemptRefused = z.strictObject({
  event: z.literal('attempt.refused'),
  at,
  attempt: clientId,
  category: errorCategory,
  message: z.string(),
});

/** An agent was started. Its task may not be known yet. */
const agentStarted = z.strictObject({
  event: z.literal('agent.started'),
  at,
  agentId: clientId,
  agentType: z.string(),
});

/** An interrupted agent was resumed, with its context, by a message in this session. */
const agentResumed = z.strictObject({
  event: z.literal('agent.resumed'),
  at,
  agentId: clientId,
  session: clientId,
  client: processIdentity,
});

const count = z.int().check(z.nonnegative());

/**
 * The context of an interrupted agent was measured. Every message to a resumed agent reads all of it
 * again, so above `maxTokens` another agent continues the task from its last checkpoint.
 */
const resumeDecided = z.strictObject({
  event: z.literal('resume.decided'),
  at,
  attempt: clientId,
  contextTokens: count,
  maxTokens: count,
  continuesWith: z.enum(['same-agent', 'new-agent']),
});
export type ResumeDecided = z.infer<typeof resumeDecided>;

/** An agent launched agents of its own. The client does not say which agent makes a later tool call. */
const agentDelegated = z.strictObject({
  event: z.literal('agent.delegated'),
  at,
  attempt: clientId,
});

const agentOutcome = z.enum(['reported', 'empty', 'failed', 'stopped', 'lost']);
export type AgentOutcome = z.infer<typeof agentOutcome>;

/** An agent has ended. At least one of `agentId` and `attempt` is known. */
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

/**
 * An agent ended its turn, with its last message as `report` if it stored none. Only the client's
 * notification tells that it has ended: a hook may have sent it back, or it waits.
 */
const agentIdle = z.strictObject({
  event: z.literal('agent.idle'),
  at,
  agentId: clientId,
  abstract: z.nullable(z.string()),
  report: z.nullable(report),
});
export type AgentIdle = z.infer<typeof agentIdle>;

/** An agent that was idle works on, or waits for background work of its own. */
const agentContinued = z.strictObject({
  event: z.literal('agent.continued'),
  at,
  agentId: clientId,
  isWaiting: z.boolean(),
});

const taskCheckpoint = z.strictObject({
  event: z.literal('task.checkpoint'),
  at,
  task: taskId,
  percent: z.int().check(z.minimum(0), z.maximum(100)),
  message: z.string(),
});

/** A full report was stored. `attempt` is null if no attempt of the task was running. */
const reportStored = z.strictObject({
  event: z.literal('report.stored'),
  at,
  task: taskId,
  attempt: z.nullable(clientId),
  report,
  abstract: z.string(),
});

/** The report of an ended attempt is missing on disk, and its task must be done again. */
const reportLost = z.strictObject({ event: z.literal('report.lost'), at, attempt: clientId });

/** A session ended, and with it all its running agents. */
const sessionEnded = z.strictObject({
  event: z.literal('session.ended'),
  at,
  session: clientId,
  reason: z.string(),
});

/** An attempt exceeded its timeout. */
const attemptTimedOut = z.strictObject({
  event: z.literal('attempt.timed_out'),
  at,
  attempt: clientId,
});

/** The agent of a conversation was stopped at a tool call, because the budget of its run is spent. */
const attemptStopped = z.strictObject({
  event: z.literal('attempt.stopped'),
  at,
  attempt: clientId,
  message: z.string(),
});

/** A heartbeat: an agent made a tool call. Not every call is recorded. */
const agentSeen = z.strictObject({ event: z.literal('agent.seen'), at, agentId: clientId });

/** An attempt had no heartbeat for the `heartbeatTimeout` of its tier. */
const attemptStalled = z.strictObject({
  event: z.literal('attempt.stalled'),
  at,
  attempt: clientId,
});

/** The orchestrator was told that an attempt is stalled. */
const stallTold = z.strictObject({ event: z.literal('stall.told'), at, attempt: clientId });

/**
 * The client reported a usage limit with a known end. Nothing is launched before, and an attempt that
 * it ended does not count as failed. `attempt` is null if the limit was only near.
 */
const usageLimited = z.strictObject({
  event: z.literal('usage.limited'),
  at,
  attempt: z.nullable(clientId),
  until: at,
});

/**
 * The clock of a process that watches the run jumped: the machine was suspended, the process was
 * stopped, or somebody set the clock. Deadlines do not count the time between.
 */
const clockJumped = z.strictObject({ event: z.literal('clock.jumped'), at, from: at, to: at });

/** The ways in which people and other programs are told. */
const noticeChannel = z.enum(['terminal', 'command', 'webhook', 'trace', 'session']);
export type NotificationChannel = z.infer<typeof noticeChannel>;

/** A process took a notification, to deliver it. Of several processes the first in the ledger does. */
const noticeClaimed = z.strictObject({
  event: z.literal('notice.claimed'),
  at,
  channel: noticeChannel,
  /** The key of the notification, such as `gate:<id>`. */
  notice: z.string(),
  by: z.string(),
});

/** Someone asked to stop a task, or the whole run if `task` is null. */
const cancelRequested = z.strictObject({
  event: z.literal('cancel.requested'),
  at,
  task: z.nullable(taskId),
});

/** Someone asked for one more attempt of a task that did not complete. */
const retryRequested = z.strictObject({
  event: z.literal('retry.requested'),
  at,
  task: taskId,
});

/** Someone asked to do a task again that has ended, even if it completed. */
const rerunRequested = z.strictObject({
  event: z.literal('rerun.requested'),
  at,
  task: taskId,
});

/** Where a person decides: in the session that asks, or later with `swarm approve` or `swarm deny`. */
const decidedIn = z.enum(['session', 'command-line']);
export type DecidedIn = z.infer<typeof decidedIn>;

/** An agent is about to run an irreversible command. `gate` is the id of its tool call. */
const gateAsked = z.strictObject({
  event: z.literal('gate.asked'),
  at,
  gate: clientId,
  attempt: clientId,
  rule: z.string(),
  /** One sentence. */
  reason: z.string(),
  /** The whole command; what looks like a credential is redacted. */
  command: z.string(),
  /** Of the exact command and its directory. */
  sha256,
  /** Where it runs, relative to the root of the working tree; absolute outside the repository. */
  directory: z.string(),
  where: decidedIn,
});
export type GateAsked = z.infer<typeof gateAsked>;

/** A person approved exactly that command, once. */
const gateApproved = z.strictObject({
  event: z.literal('gate.approved'),
  at,
  gate: clientId,
  where: decidedIn,
  /** Who decided through the hub, such as `the page from 127.0.0.1`. */
  by: z.optional(z.string()),
});

/** A person denied the command. */
const gateDenied = z.strictObject({
  event: z.literal('gate.denied'),
  at,
  gate: clientId,
  where: decidedIn,
  by: z.optional(z.string()),
});

/** A tool call uses an approval. Of several calls the first in the ledger does. */
const gateUsed = z.strictObject({
  event: z.literal('gate.used'),
  at,
  gate: clientId,
  call: clientId,
});

/** An agent was about to change a file outside its task's `writes`, or one that another task claims. */
const fileOutside = z.strictObject({
  event: z.literal('file.outside'),
  at,
  task: taskId,
  path: z.string(),
  /** The running task that claims the file, because of which the change was denied; else null. */
  claimedBy: z.nullable(taskId),
});

/** A session became responsible for the run. */
const runAdopted = z.strictObject({
  event: z.literal('run.adopted'),
  at,
  session: clientId,
});

const pauseReason = z.enum(['interrupted', 'ended', 'launches']);
/** The person interrupted or ended the session, or launches in a row named no task. */
export type PauseReason = z.infer<typeof pauseReason>;

/** Nothing more is launched in a session until the person asks for it. */
const runPaused = z.strictObject({
  event: z.literal('run.paused'),
  at,
  session: clientId,
  reason: pauseReason,
});

/** The orchestrator called `Agent` in a way that launched no task. */
const launchMissed = z.strictObject({ event: z.literal('launch.missed'), at, session: clientId });

/** The end of the orchestrator's turn was blocked because something was left to do. */
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

/** How a supervisor starts its workers. */
const workerOptions = z.strictObject({
  model: z.nullable(z.string()),
  permissionMode: z.nullable(z.string()),
  allowedTools: z.array(z.string()),
  /** US dollars that the whole run may cost; null means no limit. */
  budgetUsd: z.nullable(z.number()),
  /** Tokens that the whole run may use; null means no limit. */
  budgetTokens: z._default(z.nullable(z.number()), null),
  /** Whether reports of earlier runs are not reused. */
  fresh: z.boolean(),
  /** Whether tasks that write get git worktrees of their own. */
  worktrees: z.boolean(),
  /** Whether their branches are merged at the end. */
  merge: z._default(z.boolean(), false),
  /** The user's git worktree in which tasks run, absolute; null for the main checkout. */
  checkout: z._default(z.nullable(z.string()), null),
  /** The queue through which other machines take tasks, without its password; null for none. */
  queue: z._default(z.nullable(z.string()), null),
});
export type WorkerOptions = z.infer<typeof workerOptions>;

/** A process takes the run to execute it. It counts if no supervisor but the one it replaces holds it. */
const supervisorStarted = z.strictObject({
  event: z.literal('supervisor.started'),
  at,
  supervisor: clientId,
  process: processIdentity,
  replaces: z.nullable(clientId),
  /** Of this machine; 0 if others do everything. */
  maxParallel: count,
  options: workerOptions,
});

/** A supervisor released the run, or was found dead. */
const supervisorEnded = z.strictObject({
  event: z.literal('supervisor.ended'),
  at,
  supervisor: clientId,
  reason: z.string(),
});

/** The process of a worker was started. It leads a process group of its own. */
const workerStarted = z.strictObject({
  event: z.literal('worker.started'),
  at,
  attempt: clientId,
  process: processIdentity,
});

/** The client refused a worker these tools, because nobody could be asked. */
const workerDenied = z.strictObject({
  event: z.literal('worker.denied'),
  at,
  attempt: clientId,
  tools: z.array(z.string()),
});

/** The report of an earlier run was reused instead of an attempt; `report` is this run's copy. */
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

/** What a worker has used since its start. */
export const usage = z.strictObject({
  toolCalls: count,
  inputTokens: count,
  outputTokens: count,
  cacheReadTokens: count,
  cacheCreationTokens: count,
  /** US dollars, as the client reports them; null until it does. */
  costUsd: z.nullable(z.number().check(z.nonnegative())),
});
export type Usage = z.infer<typeof usage>;

/**
 * What the agent of a conversation has used so far, from its transcript; recorded while it runs if
 * its run has a budget.
 */
const agentUsed = z.strictObject({
  event: z.literal('agent.used'),
  at,
  attempt: clientId,
  usage,
  /** Where reading the transcript continues, in bytes, and the message that was counted last. */
  readTo: count,
  countedMessage: z.nullable(z.string()),
});

/**
 * What the agent of a conversation has cost, as its client estimates. The client counts from zero
 * again in a session that it resumes.
 */
const agentPriced = z.strictObject({
  event: z.literal('agent.priced'),
  at,
  attempt: clientId,
  costUsd: z.number().check(z.nonnegative()),
});

/** A person raised the budget of a run that no supervisor executes; null means no limit. */
const budgetRaised = z.strictObject({
  event: z.literal('budget.raised'),
  at,
  usd: z.nullable(z.number()),
  tokens: z.nullable(z.number()),
});

/** How one command of a check ended. */
const checkResult = z.strictObject({
  command: z.string(),
  /** Null if it has none; then `failure` says why. */
  exitCode: z.nullable(z.int()),
  /** Why it counts as failed apart from its exit code, such as a timeout. */
  failure: z.nullable(z.string()),
  durationMs: count,
});
export type CheckResult = z.infer<typeof checkResult>;

/** swarm began to check an attempt, or the run as a whole if `attempt` is null. */
const checkStarted = z.strictObject({
  event: z.literal('check.started'),
  at,
  attempt: z.nullable(clientId),
});

/** The commands that were run, up to the first that failed. */
const checkEnded = z.strictObject({
  event: z.literal('check.ended'),
  at,
  attempt: z.nullable(clientId),
  isPassed: z.boolean(),
  results: z.array(checkResult).check(z.minLength(1)),
  /** The whole output, relative to the run's directory. */
  output: z.string().check(z.regex(/^checks\/[\w.-]+\.log$/)),
});

const gitObject = z.string().check(z.regex(/^[0-9a-f]{40,64}$/));

/** A git worktree was created for a task, in `.swarm/worktrees/<run>/<task>`. */
const worktreeAdded = z.strictObject({
  event: z.literal('worktree.added'),
  at,
  task: taskId,
  branch: z.string(),
  /** The commit at which it was created, with the changes of the needed tasks. */
  base: gitObject,
});

/** What has changed in a worktree since it was created. */
const worktreeMeasured = z.strictObject({
  event: z.literal('worktree.measured'),
  at,
  task: taskId,
  files: count,
  insertions: count,
  deletions: count,
  /** Whether all changes are committed to the branch. */
  isCommitted: z.boolean(),
});

/** What a reader of a task's commit should know. */
const COMMIT_NOTES = ['unsigned', 'unknown_author', 'other_branch'] as const;

/** The changes of a completed task are committed on its branch. */
const worktreeCommitted = z.strictObject({
  event: z.literal('worktree.committed'),
  at,
  task: taskId,
  commit: gitObject,
  notes: z.array(z.enum(COMMIT_NOTES)),
});

/** The changes of a completed task could not be committed; they stay in its worktree. */
const worktreeUncommitted = z.strictObject({
  event: z.literal('worktree.uncommitted'),
  at,
  task: taskId,
  message: z.string(),
});

/** A worktree without changes was removed, together with its branch. */
const worktreeRemoved = z.strictObject({
  event: z.literal('worktree.removed'),
  at,
  task: taskId,
});

/** The branches of a run are merged onto one branch, beginning at `base`. Earlier steps no longer count. */
const mergeStarted = z.strictObject({
  event: z.literal('merge.started'),
  at,
  branch: z.string(),
  base: gitObject,
  /** The branch of the person that is meant to get the result; null for the run's own base. */
  into: z.nullable(z.string()),
  /** The commands that check each merge. */
  check: z.array(z.string()),
});

export const MERGE_OUTCOMES = ['merged', 'conflict', 'reverted', 'skipped', 'failed'] as const;

/** What became of the branch of one task. */
const mergeStep = z.strictObject({
  event: z.literal('merge.step'),
  at,
  task: taskId,
  outcome: z.enum(MERGE_OUTCOMES),
  /** The commit of the task; null if there is none. */
  source: z.nullable(gitObject),
  /** The commit that has everything merged so far. */
  tip: gitObject,
  /** The tasks that it conflicts with, or because of which it was skipped. */
  others: z.array(z.string()),
  /** The conflicting files; at most {@link MAX_OBSERVED_FILES}. */
  files: z.array(z.string()),
  /** Why it was skipped or failed, if no other task is the reason. */
  reason: z.nullable(z.string()),
  /** The check after it, up to the first command that failed; empty if none ran. */
  results: z.array(checkResult),
  /** The output of the check, or the conflict, relative to the run's directory. */
  output: z.nullable(z.string()),
});
export type MergeStep = Omit<z.infer<typeof mergeStep>, 'event' | 'at' | 'task'>;

/** A task that is not in the plan: it resolves a conflict. It does not count for the quorum. */
const taskAdded = z.strictObject({ event: z.literal('task.added'), at, added: task });

/** How long completed tasks took in earlier runs, by agent and tier. */
const durationsFound = z.strictObject({
  event: z.literal('durations.found'),
  at,
  durations: z.array(z.strictObject({ kind: z.string(), meanMs: count })),
});

/** The description of a task was replaced. It counts only if no agent has begun with it. */
const taskChanged = z.strictObject({ event: z.literal('task.changed'), at, changed: task });

/** Every branch had its step; what the merged branch changes since its base. */
const mergeEnded = z.strictObject({
  event: z.literal('merge.ended'),
  at,
  files: count,
  insertions: count,
  deletions: count,
});

/** The progress of a worker, from its output. */
const workerUsed = z.strictObject({
  event: z.literal('worker.used'),
  at,
  attempt: clientId,
  usage,
  /** How many tokens its model read and wrote with its latest message; left out while unknown. */
  contextTokens: z.optional(count),
  /** Its current activity, in one line. */
  activity: z.nullable(z.string()),
});

/** What an agent did, as transcript or stream and the files show it; nobody asked the agent. */
const workObserved = z.strictObject({
  event: z.literal('work.observed'),
  at,
  attempt: clientId,
  /** How many calls of each tool; calls of `swarm` are left out. */
  toolCalls: z.record(z.string(), count),
  /** Relative to the working tree, sorted; at most {@link MAX_OBSERVED_FILES}. */
  filesChanged: z.array(z.string()),
  /** How many more files there are. */
  moreFiles: count,
  /** The tools that the client refused. */
  permissionDenials: z.array(z.string()),
  model: z.nullable(z.string()),
  /** How many agents of its own were running when it reported; left out by older versions. */
  openAgents: z.optional(count),
  /** What an agent of a conversation used; null for a worker, which reports it itself. */
  usage: z.nullable(usage),
});
export type WorkObserved = z.infer<typeof workObserved>;

/** A report of thousands of files would only make the ledger long. */
export const MAX_OBSERVED_FILES = 200;

export const ledgerEvent = z.discriminatedUnion('event', [
  runOpened,
  attemptLaunched,
  attemptPlaced,
  machineLost,
  attemptStarted,
  briefReplaced,
  briefGiven,
  attemptRefused,
  agentStarted,
  agentResumed,
  resumeDecided,
  agentDelegated,
  agentEnded,
  agentIdle,
  agentContinued,
  taskCheckpoint,
  reportStored,
  reportLost,
  sessionEnded,
  summaryRead,
  attemptTimedOut,
  attemptStopped,
  agentUsed,
  agentPriced,
  budgetRaised,
  agentSeen,
  attemptStalled,
  stallTold,
  clockJumped,
  usageLimited,
  noticeClaimed,
  cancelRequested,
  retryRequested,
  rerunRequested,
  gateAsked,
  gateApproved,
  gateDenied,
  gateUsed,
  fileOutside,
  runAdopted,
  runPaused,
  launchMissed,
  turnHeld,
  supervisorStarted,
  supervisorEnded,
  workerStarted,
  workerUsed,
  workerDenied,
  workObserved,
  taskReused,
  checkStarted,
  checkEnded,
  worktreeAdded,
  worktreeMeasured,
  worktreeCommitted,
  worktreeUncommitted,
  worktreeRemoved,
  mergeStarted,
  mergeStep,
  mergeEnded,
  taskAdded,
  taskChanged,
  durationsFound,
]);
export type LedgerEvent = z.infer<typeof ledgerEvent>;
export type EventOf<Name extends LedgerEvent['event']> = Extract<LedgerEvent, { event: Name }>;
