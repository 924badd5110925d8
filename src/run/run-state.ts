import type {
  AgentEnded,
  AgentIdle,
  EventOf,
  NotificationChannel,
  PauseReason,
  Report,
  RunOpened,
  WorkerOptions,
} from '../ledger/events.ts';
import type { Task } from '../plan/plan-schema.ts';
import type { ProcessIdentity } from '../platform/process/process-identity.ts';
import { type Attempt, isRunning } from './attempt.ts';
import type { Span } from './clock-jumps.ts';
import { type CheckState, noChecks } from './evidence/check.ts';
import type { Gate } from './gate.ts';
import type { MergeState } from './merge/merge-state.ts';

/** The state of a run, which `foldLedger` derives from its ledger. Times are ISO 8601, in UTC. */
export interface RunState {
  opened: RunOpened;
  /** In plan order. */
  tasks: Map<string, TaskState>;
  /** Every attempt by its id, including those whose launch was refused. */
  attempts: Map<string, Attempt>;
  /** What is known of agents by their ids, sometimes before it is known which attempt is theirs. */
  agents: Map<string, AgentFacts>;
  /** Every gate by its id; the same objects are in `gates` of its attempt. */
  gates: Map<string, Gate>;
  /** Reports that arrived for a task when no attempt of it was running. */
  lateReports: { task: string; report: Report }[];
  /** The session that is responsible for the run; null if none ever was. */
  session: string | null;
  supervision: SupervisorState;
  /** What the run may cost. */
  budget: Budget;
  /** The git worktrees of tasks, by task. */
  worktrees: Map<string, Worktree>;
  /** The merge of their branches; null before one began. */
  merge: MergeState | null;
  /** How many agents may run at once, and since when. */
  parallel: { limit: number; since: string };
  /** How many attempts may be out in pools of other machines at once, and since when. */
  orders: { limit: number; since: string };
  /** The process that took each notification, by `notificationId`. */
  takenNotifications: Map<string, string>;
  /** The checks of the run as a whole. */
  checks: CheckState;
  /** When the latest usage limit ends; null if there was none. */
  limitedUntil: string | null;
  /** When that one was recorded. */
  limitedSince: string | null;
  /** When the clock jumped; these spans may overlap, since each watching process records its own. */
  clockJumps: Span[];
  /** How many times in a row the end of the orchestrator's turn was blocked. */
  blockedTurns: number;
  /** Why a session launches nothing until the person asks for it; null if it may. */
  pause: PauseReason | null;
  /** When it was last launched, adopted or retried: an earlier interruption no longer counts. */
  proceedsSince: string;
  /** How many times in a row the orchestrator called `Agent` without launching a task, and when last. */
  missedLaunches: { count: number; at: string };
  /** Whether the orchestrator has read the summary of the ended run. */
  isSummaryRead: boolean;
  lastEventAt: string;
  /** How long tasks took in earlier runs, by kind; milliseconds. */
  durations: Map<string, number>;
}

/** Machines take what they can; the rest waits with its supervisor, which can still change its mind. */
export const MAX_ORDERS = 100;

/** What a run may cost; null means no limit. */
export interface Budget {
  /** US dollars. */
  usd: number | null;
  /** Tokens of every kind, as status and summary count them. */
  tokens: number | null;
}

/** A run together with what a machine knows at this moment and no ledger can say. */
export interface SeenRun extends RunState {
  /** The session that will launch what becomes ready; null, or left out, if none is known to live. */
  liveSession?: LiveSession | null;
}

export interface LiveSession {
  /** Its client; null while it has launched nothing of this run. */
  pid: number | null;
}

export interface TaskState {
  plan: Task;
  /** Accepted attempts, oldest first. */
  attempts: Attempt[];
  log: Checkpoint[];
  /** Keys of the entries in `log`, so that an event that was written twice is logged once. */
  logged: Set<string>;
  /** Files that it changed, or tried to change, outside its `writes`; each once. */
  undeclaredWrites: UndeclaredWrite[];
  /** When someone asked for it to stop; null if nobody did. */
  cancelRequestedAt: string | null;
  /** How many attempts there were when someone asked for one more; null if nobody did. */
  retryRequestedAfter: number | null;
  /** How many attempts there were when someone asked to do it again; null if nobody did. */
  rerunRequestedAfter: number | null;
}

interface Checkpoint {
  at: string;
  /** Number of the attempt. */
  attempt: number;
  percent: number;
  message: string;
}

interface UndeclaredWrite {
  path: string;
  /** The running task that claims the file, because of which the change was denied; else null. */
  claimedBy: string | null;
}

interface AgentFacts {
  startedAt: string | null;
  ends: AgentEnded[];
  /** How its turn ended, if it may have ended with that; else null. */
  idle: AgentIdle | null;
  /** Whether it waits for background work of its own. */
  isWaiting: boolean;
}

/** The process that executes a run without a conversation. */
interface SupervisorState {
  /** The supervisor that holds the run; null if none does. Its process may be dead. */
  current: Supervisor | null;
  /** How workers were last started; null if the run never had a supervisor. */
  options: WorkerOptions | null;
}

export interface Supervisor {
  id: string;
  process: ProcessIdentity;
}

/** The git worktree of one task. */
export interface Worktree {
  branch: string;
  /** The commit at which it was created. */
  base: string;
  /** What was changed in it; null before that was measured. */
  changes: Changes | null;
  /** When that was last measured, after an attempt had ended. */
  measuredAt: string | null;
  /** The commit with the changes of its completed task; null before there is one. */
  commit: string | null;
  committedAt: string | null;
  notes: readonly CommitNote[];
  /** Why the changes could not be committed; null if they could, or nobody tried. */
  problem: string | null;
}

export type CommitNote = EventOf<'worktree.committed'>['notes'][number];

export interface Changes {
  files: number;
  insertions: number;
  deletions: number;
  /** Whether all changes are committed to the branch. */
  isCommitted: boolean;
}

/** The state of a run of which only `run.opened` is known. */
export function initialState(opened: RunOpened): RunState {
  return {
    opened,
    tasks: new Map(opened.tasks.map((plan) => [plan.id, newTask(plan)])),
    attempts: new Map(),
    agents: new Map(),
    gates: new Map(),
    lateReports: [],
    session: opened.session,
    supervision: { current: null, options: null },
    budget: { usd: opened.budgetUsd ?? null, tokens: opened.budgetTokens ?? null },
    worktrees: new Map(),
    merge: null,
    parallel: { limit: opened.policy.maxParallel, since: opened.at },
    orders: { limit: MAX_ORDERS, since: opened.at },
    takenNotifications: new Map(),
    checks: noChecks(opened.check.length > 0),
    limitedUntil: null,
    limitedSince: null,
    clockJumps: [],
    blockedTurns: 0,
    pause: null,
    proceedsSince: opened.at,
    missedLaunches: { count: 0, at: '' },
    isSummaryRead: false,
    lastEventAt: opened.at,
    durations: new Map(),
  };
}

/** The tasks of the plan, and those added to it: not those that resolve conflicts of its merge. */
export function plannedTasks({ tasks }: Pick<RunState, 'tasks'>): TaskState[] {
  return [...tasks.values()].filter(({ plan }) => plan.resolves === undefined);
}

export function newTask(plan: Task): TaskState {
  return {
    plan,
    attempts: [],
    log: [],
    logged: new Set(),
    undeclaredWrites: [],
    cancelRequestedAt: null,
    retryRequestedAfter: null,
    rerunRequestedAfter: null,
  };
}

/** Records that a session works on the run: it launched something, or took the run over. */
export function proceed(state: RunState, session: string, at: string): void {
  state.session = session;
  state.blockedTurns = 0;
  state.missedLaunches = { count: 0, at: '' };
  endPause(state, at);
}

/** Records that the person wants the run to proceed. */
export function endPause(state: RunState, at: string): void {
  state.pause = null;
  if (at > state.proceedsSince) state.proceedsSince = at;
}

/** The key of a notification on one channel in {@link RunState.takenNotifications}. */
export function notificationId(channel: NotificationChannel, key: string): string {
  return `${channel} ${key}`;
}

function runningAttempts(state: RunState): Attempt[] {
  const latest = [...state.tasks.values()].flatMap(({ attempts }) => attempts.at(-1) ?? []);
  return latest.filter(isRunning);
}

/** How many agents are running or waiting in their session, or for a machine. */
export function countRunning(state: RunState): number {
  return runningAttempts(state).length;
}

/** How many more agents may run at once on this machine. */
export function freeSlots(state: RunState): number {
  const here = runningAttempts(state).filter(({ worker }) => !worker?.pool);
  return Math.max(0, state.parallel.limit - here.length);
}

/** How many attempts are out in pools of other machines. */
export function countPooled(state: RunState, isCounted = (_: Attempt) => true): number {
  return runningAttempts(state).filter((one) => one.worker?.pool && isCounted(one)).length;
}

/** Whether somebody works on a run: a supervisor, an agent, or a session between two launches. */
export function isActive(state: SeenRun): boolean {
  return isExecuting(state) || (state.liveSession ?? null) !== null;
}

/** Whether the ledger shows a supervisor or a running agent. */
export function isExecuting(state: RunState): boolean {
  return state.supervision.current !== null || countRunning(state) > 0;
}

/** The end of an agent's turn that may have been its end; null if there is none. */
export function idleOf(state: RunState, agentId: string | null): AgentIdle | null {
  return state.agents.get(agentId ?? '')?.idle ?? null;
}

/** The attempt of an agent; undefined while it is not known. */
export function attemptOfAgent(state: RunState, agentId: string): Attempt | undefined {
  for (const attempt of state.attempts.values()) if (attempt.agentId === agentId) return attempt;
  return undefined;
}

/**
 * The attempt that an agent of a session works for, even if that attempt's own agent launched it.
 * Nothing in the client's events tells such an agent from others of the session, so while an agent
 * that launched some is running, all unknown agents of its session count as its own.
 */
export function latestAttempt(
  state: RunState,
  agent: { id: string; session: string },
): Attempt | undefined {
  const isParent = (attempt: Attempt) =>
    attempt.isDelegating && attempt.session === agent.session && isRunning(attempt);
  return attemptOfAgent(state, agent.id) ?? [...state.attempts.values()].find(isParent);
}

/**
 * Whether an agent of a session worked on a task, or an agent that did may have launched it: such an
 * agent can outlive the one that launched it.
 */
export function mayHaveWorkedFor(state: RunState, agent: { id: string; session: string }): boolean {
  return [...state.attempts.values()].some(
    ({ agentId, isDelegating, session }) =>
      agentId === agent.id || (isDelegating && session === agent.session),
  );
}
