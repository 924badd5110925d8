import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessIdentity } from '../../platform/process/process-identity.ts';
import type { Outbox } from './outbox.ts';
import type { OutboxSender } from './outbox-sender.ts';

export interface LoneSenderContext {
  outbox: Outbox;
  sender: OutboxSender;
  /** Of this process, used by no other. */
  id: string;
  process: ProcessIdentity;
  isAlive(known: ProcessIdentity): boolean;
  /** Whether a hub serves the repository, which then sends. */
  hasHub(): boolean;
  /** ISO 8601. */
  now(): string;
}

/** How often a sender looks for new messages and for a hub; milliseconds. */
const LOOK_MS = 5_000;

/**
 * Sends the messages of a repository while no hub does, until none is left. Of several processes,
 * the first in the outbox that is alive sends for all of them.
 */
export async function sendWithoutHub(context: LoneSenderContext): Promise<void> {
  const { outbox, sender, hasHub } = context;
  while (outbox.state.pending.size > 0 && !hasHub() && becomeSender(context)) {
    while (!hasHub()) {
      sender.wake();
      await sender.settle();
      if (sender.isIdle) break;
      await sleep(LOOK_MS);
    }
    // A message that came in just now has no other sender, so it is looked for once more.
    resign(context);
    if (hasHub()) break;
  }
  await sender.close();
}

function becomeSender({ outbox, id, process, isAlive, now }: LoneSenderContext): boolean {
  outbox.append([{ event: 'sender.started', at: now(), sender: id, process }]);
  const [first] = [...outbox.state.senders].find(([, known]) => isAlive(known)) ?? [];
  if (first === id) return true;
  outbox.append([{ event: 'sender.ended', at: now(), sender: id }]);
  return false;
}

function resign({ outbox, id, now }: LoneSenderContext): void {
  outbox.append([{ event: 'sender.ended', at: now(), sender: id }]);
}
