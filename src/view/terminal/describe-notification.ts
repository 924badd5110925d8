import type { RunNotification } from '../../run/notifications.ts';
import { outcomeLine, statusLabel } from '../status-labels.ts';

/** A notification in one line. */
export function describeNotification(notification: RunNotification): string {
  switch (notification.event) {
    case 'run.started':
      return 'run started';
    case 'task.completed':
      return `task ${notification.task} completed`;
    case 'gate.waiting':
      return `task ${notification.task} is waiting for approval (${notification.rule})`;
    case 'task.failed':
      return `task ${notification.task} failed (${notification.category})`;
    case 'run.ended': {
      const { status } = notification;
      return `run ${statusLabel(status.status)}, ${outcomeLine(status)}`;
    }
  }
}

/** Terminals cut off longer texts; characters. */
const MAX_TEXT = 200;

/**
 * The escape sequence with which a terminal shows notifications on the desktop (OSC 9). Claude Code
 * passes it on.
 * @see https://iterm2.com/documentation-escape-codes.html
 */
export function toTerminalSequence(notifications: readonly RunNotification[]): string {
  const text = notifications.map(describeNotification).join('; ');
  return `\u001b]9;swarm: ${text.slice(0, MAX_TEXT)}\u0007`;
}
