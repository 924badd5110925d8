import type { NotificationChannel } from '../ledger/events.ts';
import { outcomeLine, statusLabel } from '../view/status-labels.ts';
import { pendingGates } from './pending-gates.ts';
import type { RunState } from './run-state.ts';
import { isEnded, toStatusDocument } from './status-document.ts';

/** Something that a person has to hear of, also one who looks elsewhere. */
export interface RunNotification {
  /** What it is about; the same thing has the same key. */
  key: string;
  event: 'run.ended' | 'task.failed' | 'gate.waiting';
  task: string | null;
  /** In one line, without anything that an agent wrote. */
  message: string;
}

/** What people were not told of on a channel: failed long tasks, waiting gates, the run's end. */
export function dueNotifications(state: RunState, channel: NotificationChannel): RunNotification[] {
  return noticesOf(state).filter(({ key }) => !state.notices.has(`${channel} ${key}`));
}

function noticesOf(state: RunState): RunNotification[] {
  const status = toStatusDocument(state);
  const notices: RunNotification[] = pendingGates(state).map(({ task, gate }) => ({
    key: `gate:${gate.id}`,
    event: 'gate.waiting',
    task,
    message: `task ${task} waits for you (${gate.rule})`,
  }));
  for (const { id, tier, status: taskStatus, attempts, error } of status.tasks) {
    if (taskStatus !== 'failed' || tier !== 'long') continue;
    const message = `task ${id} failed (${error?.category})`;
    notices.push({ key: `failed:${id}:${attempts}`, event: 'task.failed', task: id, message });
  }
  if (isEnded(status.status)) {
    const message = `run ${statusLabel(status.status)}, ${outcomeLine(status)}`;
    notices.push({ key: `ended:${status.endedAt}`, event: 'run.ended', task: null, message });
  }
  return notices;
}

/** The longest text that terminals show well; characters. */
const LONGEST_TEXT = 200;

/**
 * What has a terminal show a desktop notification (OSC 9). The client passes it on.
 * @see https://iterm2.com/documentation-escape-codes.html
 */
export function toTerminalSequence(notices: readonly RunNotification[]): string {
  const text = notices.map(({ message }) => message).join('; ');
  return `\u001b]9;swarm: ${text.slice(0, LONGEST_TEXT)}\u0007`;
}
