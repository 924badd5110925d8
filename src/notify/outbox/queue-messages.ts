import { basename } from 'node:path';
import { sha256 } from '../../platform/sha256.ts';
import { dueMessages, type RunNotification } from '../../run/notifications.ts';
import { commit } from '../../store/commit.ts';
import type { Host } from '../../store/host.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { redactSecrets } from '../../text/redact-secrets.ts';
import { describeNotification } from '../../view/terminal/describe-notification.ts';
import type { NotifyTarget } from '../target-schema.ts';
import type { Outbox } from './outbox.ts';
import type { OutboxEventOf } from './outbox-events.ts';
import { targetsFor } from './target-id.ts';

/** Where links lead to; null if no hub is running. */
type HubUrl = string | null;

/**
 * Puts the events of a run into the outbox, each once. The ledger records them as taken after that:
 * a process that is killed in between leaves them to the next one, which adds nothing.
 * @param by an identifier that no other process uses
 */
export function queueRunMessages(
  run: RunHandle,
  by: string,
  { outbox, targets, hubUrl, host }: QueueContext,
): void {
  const due = dueMessages(run.state, new Set(targets.flatMap(({ events }) => events)));
  if (due.length === 0) return;
  const at = host.now();
  const added = due.map((one) => toMessage(run, one, targets, { at, hubUrl }));
  outbox.append(added.filter(({ id }) => !outbox.state.messages.has(id)));
  commit(
    run,
    due.map(({ key }) => ({ event: 'notice.claimed', at, channel: 'webhook', notice: key, by })),
    // The caller sends them.
    { ...host, notify: () => {} },
  );
}

export interface QueueContext {
  outbox: Outbox;
  targets: readonly NotifyTarget[];
  hubUrl: HubUrl;
  host: Host;
}

function toMessage(
  { paths, state }: RunHandle,
  notification: RunNotification,
  targets: readonly NotifyTarget[],
  { at, hubUrl }: { at: string; hubUrl: HubUrl },
): OutboxEventOf<'message.added'> {
  const { run, goal } = state.opened;
  const { event: type, task, key } = notification;
  return messageOf(`${paths.run} ${key}`, type, {
    at,
    run,
    targets: targetsFor(targets, type),
    data: {
      repository: basename(paths.root),
      run,
      goal,
      task,
      status: notification.event === 'run.ended' ? notification.status.status : null,
      message: `${describeNotification(notification)}: ${goal}`,
      url: hubUrl === null ? null : `${hubUrl}/runs/${run}`,
    },
  });
}

/**
 * A message for the outbox.
 * @param key two messages with the same key are one
 */
export function messageOf(
  key: string,
  type: string,
  rest: Pick<OutboxEventOf<'message.added'>, 'at' | 'run' | 'targets' | 'data'>,
): OutboxEventOf<'message.added'> {
  const data = Object.fromEntries(
    Object.entries(rest.data).map(([name, value]) => [
      name,
      typeof value === 'string' ? redactSecrets(value) : value,
    ]),
  );
  const id = `msg_${sha256(key).slice(0, 32)}`;
  return { event: 'message.added', id, type, ...rest, data };
}
