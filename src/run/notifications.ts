import type { NoticeChannel } from '../ledger/events.ts';
import { outcomeLine, statusWord } from '../view/status-labels.ts';
import { waitingGates } from './pending-gates.ts';
import type { RunState } from './run-state.ts';
import { isEnded, toStatusDocument } from './status-document.ts';

/** Something that a person has to hear of, also one who looks elsewhere. */
export interface Notice {
  /** What it is about; the same thing has the same key. */
  key: string;
  event: 'run.ended' | 'task.failed' | 'gate.waiting';
  task: string | null;
  /** In one line, without anything that an agent wrote. */
  message: string;
}

/** What people were not told of on a channel: failed long tasks, waiting gates, the run's end. */
export function dueNotices(state: RunState, channel: NoticeChannel): Notice[] {
  return noticesOf(state).filter(({ key }) => !state.notices.has(`${channel} ${key}`));
}

function noticesOf(state: RunState): Notice[] {
  const status = toStatusDocument(state);
  const notices: Notice[] = waitingGates(state).map(({ task, gate }) => ({
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
    const message = `run ${statusWord(status.status)}, ${outcomeLine(status)}`;
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
export function toTerminalSequence(notices: readonly Notice[]): string {
  const text = notices.map(({ message }) => message).join('; ');
  return `\u001b]9;swarm: ${text.slice(0, LONGEST_TEXT)}\u0007`;
}
