import { type LedgerEvent, ledgerEvent } from '../../ledger/events.ts';
import { sha256 } from '../../platform/sha256.ts';
import type { RunState } from '../../run/run-state.ts';
import type { Message } from '../wire/message.ts';
import { isWorkerEvent } from '../wire/worker-events.ts';

type Progress = Exclude<Message, { kind: 'lost' }>;

export interface Accepted {
  /** What may be appended to the ledger of the run. */
  events: LedgerEvent[];
  /** The files that they name, by path relative to the run's directory. */
  files: Map<string, string>;
  /** Why lines were left out, one sentence each. */
  problems: string[];
}

/**
 * Reads what a worker recorded. A worker is believed about its own attempt, and about nothing else: it
 * cannot decide a gate, name the file of another task, or speak from the future.
 * @param now ISO 8601
 */
export function acceptLines(message: Progress, state: RunState, now: string): Accepted {
  const accepted: Accepted = { events: [], files: new Map(), problems: [] };
  for (const line of message.lines) {
    const event = parseEvent(line);
    const problem = event === null ? 'a line is no event' : refuse(event, message, state);
    if (event === null || problem !== null) {
      accepted.problems.push(problem ?? '');
      continue;
    }
    const path = fileOf(event);
    if (path !== null) accepted.files.set(path, message.files[path] ?? '');
    // The process id means nothing on this machine, where another process may have it.
    if (event.event !== 'worker.started') accepted.events.push(notAfter(event, now));
  }
  return accepted;
}

function parseEvent(line: string): LedgerEvent | null {
  try {
    const parsed = ledgerEvent.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** @returns why an event of a worker is left out; null if it is accepted */
function refuse(event: LedgerEvent, message: Progress, state: RunState): string | null {
  const { task } = message;
  if (!isWorkerEvent(event, message)) return `${event.event} is not for a worker to record`;
  if (event.event === 'gate.used' && !isGateOf(state, event.gate, task))
    return `gate ${event.gate} is not of its task`;
  const path = fileOf(event);
  if (path === null) return null;
  if (!path.startsWith(`results/${task}.`) && !path.startsWith(`checks/${task}.`))
    return `${path} is not a file of its task`;
  const text = message.files[path];
  if (text === undefined) return `${path} was not sent`;
  const report = 'report' in event ? event.report : null;
  return report && report.sha256 !== sha256(text) ? `${path} is not what was recorded` : null;
}

function isGateOf(state: RunState, gate: string, task: string): boolean {
  const attempts = state.tasks.get(task)?.attempts ?? [];
  return attempts.some(({ gates }) => gates.some(({ id }) => id === gate));
}

/** The path of the file that an event names; null if it names none. */
function fileOf(event: LedgerEvent): string | null {
  if ('report' in event && event.report) return event.report.path;
  return event.event === 'check.ended' ? event.output : null;
}

/** Deadlines count by the clock of this machine. */
function notAfter(event: LedgerEvent, now: string): LedgerEvent {
  return event.at > now ? { ...event, at: now } : event;
}
