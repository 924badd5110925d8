import type { Policy, TierPolicy } from '../../src/config/policy-schema.ts';
import { DEFAULT_POLICY } from '../../src/config/resolve-policy.ts';
import type { AgentEnded, LedgerEvent, Report, RunOpened } from '../../src/ledger/events.ts';
import type { Task } from '../../src/plan/plan-schema.ts';
import { sha256 } from '../../src/platform/sha256.ts';
import { foldLedger } from '../../src/run/fold/fold-ledger.ts';
import { gateIdentity } from '../../src/run/gate.ts';
import type { RunState } from '../../src/run/run-state.ts';
import { toStatusDocument } from '../../src/run/status-document.ts';
import type { TaskStatusEntry } from '../../src/run/status-schema.ts';

/** The default limits without retries. */
export const NO_RETRY: Policy = {
  ...DEFAULT_POLICY,
  tiers: {
    quick: once(DEFAULT_POLICY.tiers.quick),
    medium: once(DEFAULT_POLICY.tiers.medium),
    long: once(DEFAULT_POLICY.tiers.long),
  },
};

function once(tier: TierPolicy): TierPolicy {
  return { ...tier, retry: { ...tier.retry, maximumAttempts: 1 } };
}

export const RUN = '20261122-181530-412abc';
const SESSION = 'session-1';

type EventOf<Name extends LedgerEvent['event']> = Extract<LedgerEvent, { event: Name }>;
type Of<Name extends LedgerEvent['event']> = Partial<EventOf<Name>>;

/** The time `ms` milliseconds after the run was opened. */
export function at(ms: number): string {
  return new Date(Date.UTC(2026, 10, 22, 18, 15, 30) + ms).toISOString();
}

export function makeTask(id: string, more: Partial<Task> = {}): Task {
  return {
    id,
    title: `Do ${id}`,
    agent: 'swarm-worker',
    tier: 'medium',
    needs: [],
    writes: [],
    check: [],
    brief: `Brief of ${id}.`,
    ...more,
  };
}

export function makeReport(name: string, text = `Report ${name}`): Report {
  return {
    path: `results/${name}.md`,
    bytes: Buffer.byteLength(text),
    sha256: Buffer.from(text).toString('hex').padEnd(64, '0').slice(0, 64),
  };
}

export function opened(
  tasks: readonly (Task | string)[],
  more: Partial<RunOpened> = {},
): RunOpened {
  return {
    event: 'run.opened',
    at: at(0),
    run: RUN,
    goal: 'Reach the goal',
    quorum: 'all',
    check: [],
    context: '',
    tasks: tasks.map((task) => (typeof task === 'string' ? makeTask(task) : task)),
    policy: NO_RETRY,
    session: SESSION,
    ...more,
  };
}

/** A launch; the attempt defaults to `call-<task>`. */
export function launched(task: string, more: Of<'attempt.launched'> = {}): LedgerEvent {
  const attempt = `call-${task}`;
  return { event: 'attempt.launched', at: at(1), task, attempt, session: SESSION, ...more };
}

/** The agent of `call-<task>` is `agent-<task>`. */
export function started(task: string, more: Of<'attempt.started'> = {}): LedgerEvent {
  const ids = { attempt: `call-${task}`, agentId: `agent-${task}` };
  return { event: 'attempt.started', at: at(2), ...ids, ...more };
}

export function agentStarted(task: string, more: Of<'agent.started'> = {}): LedgerEvent {
  const agent = { agentId: `agent-${task}`, agentType: 'swarm-worker' };
  return { event: 'agent.started', at: at(2), ...agent, ...more };
}

/** The agent of `call-<task>` resumes after an interruption. */
export function agentResumed(task: string, more: Of<'agent.resumed'> = {}): LedgerEvent {
  const client = { pid: 4_243, startedAt: '2' };
  const agent = { agentId: `agent-${task}`, session: SESSION, client };
  return { event: 'agent.resumed', at: at(30), ...agent, ...more };
}

export function refused(task: string, more: Of<'attempt.refused'> = {}): LedgerEvent {
  const attempt = `call-${task}`;
  const reason = { category: 'transient', message: 'Concurrent subagent limit reached' } as const;
  return { event: 'attempt.refused', at: at(2), attempt, ...reason, ...more };
}

/** The end of `agent-<task>` with its report `results/<task>.md`. */
export function ended(task: string, more: Partial<AgentEnded> = {}): AgentEnded {
  return {
    event: 'agent.ended',
    at: at(10),
    agentId: `agent-${task}`,
    attempt: `call-${task}`,
    outcome: 'reported',
    category: null,
    message: null,
    abstract: `Abstract of ${task}`,
    report: more.outcome === undefined || more.outcome === 'reported' ? makeReport(task) : null,
    ...more,
  };
}

export function checkpoint(task: string, percent: number, message = `at ${percent}`): LedgerEvent {
  return { event: 'task.checkpoint', at: at(5 + percent), task, percent, message };
}

export function stored(task: string, more: Of<'report.stored'> = {}): LedgerEvent {
  return {
    event: 'report.stored',
    at: at(8),
    task,
    attempt: `call-${task}`,
    report: makeReport(task),
    abstract: `Beginning of ${task}`,
    ...more,
  };
}

/** The agent of `call-<task>` opens the gate `gate-<task>`, to be decided on the command line. */
export function gateAsked(task: string, more: Of<'gate.asked'> = {}): LedgerEvent {
  const { command = 'git push -f', directory = '' } = more;
  return {
    event: 'gate.asked',
    at: at(9),
    gate: `gate-${task}`,
    attempt: `call-${task}`,
    rule: 'force-push',
    reason: 'A forced push replaces what others have pushed.',
    command,
    sha256: sha256(gateIdentity(command, directory)),
    directory,
    where: 'command-line',
    ...more,
  };
}

export function gateDecided(
  task: string,
  verdict: 'approved' | 'denied',
  more: Of<'gate.approved'> = {},
): LedgerEvent {
  const decision = { at: at(12), gate: `gate-${task}`, where: 'command-line' } as const;
  return { ...decision, ...more, event: `gate.${verdict}` };
}

export function gateUsed(task: string, call: string): LedgerEvent {
  return { event: 'gate.used', at: at(13), gate: `gate-${task}`, call };
}

export function sessionEnded(more: Of<'session.ended'> = {}): LedgerEvent {
  return { event: 'session.ended', at: at(20), session: SESSION, reason: 'other', ...more };
}

/** A task that was launched and reported. */
export function completes(task: string): LedgerEvent[] {
  return [launched(task), started(task), ended(task)];
}

/** A merge of branches, with what differs from a merged one. */
export function mergeEvents(
  run: string,
  steps: Readonly<Record<string, Of<'merge.step'>>>,
): LedgerEvent[] {
  const commit = 'a'.repeat(40);
  const none = { others: [], files: [], reason: null, results: [], output: null };
  const step = { outcome: 'merged', source: commit, tip: commit, ...none } as const;
  const branch = `swarm/${run}/merged`;
  return [
    { event: 'merge.started', at: at(50), branch, base: 'b'.repeat(40), into: null, check: [] },
    ...Object.entries(steps).map(
      ([task, more]): LedgerEvent => ({ ...step, event: 'merge.step', at: at(60), task, ...more }),
    ),
    { event: 'merge.ended', at: at(70), files: 1, insertions: 2, deletions: 0 },
  ];
}

export function fold(...events: LedgerEvent[]): RunState {
  const state = foldLedger(events);
  if (!state) throw new Error('the events hold no run.opened');
  return state;
}

/** The entry of a task in the status document. */
export function entryOf(state: RunState, task: string): TaskStatusEntry {
  const entry = toStatusDocument(state).tasks.find(({ id }) => id === task);
  if (!entry) throw new Error(`no task ${task}`);
  return entry;
}
