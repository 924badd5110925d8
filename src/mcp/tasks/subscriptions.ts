import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  ProtocolError,
} from '@modelcontextprotocol/server';
import * as z from 'zod/mini';
import { type McpTask, requireTasks } from './task-extension.ts';

/** What clients can subscribe to. Each method returns a function that stops watching. */
export interface Subscribable {
  resource(uri: string, onChange: () => void): () => void;
  /** Also reports the initial state. @throws {ProtocolError} if there is no such task */
  task(id: string, capabilities: ClientCapabilities, onChange: (task: McpTask) => void): () => void;
}

/** An active `subscriptions/listen` request. */
export interface Subscription {
  id: unknown;
  /** The request to pass to the SDK. */
  message: object;
  stop(): void;
}

const listenRequest = z.looseObject({
  id: z.union([z.string(), z.number()]),
  method: z.literal('subscriptions/listen'),
  params: z.looseObject({
    _meta: z.optional(
      z.looseObject({ [CLIENT_CAPABILITIES_META_KEY]: z.optional(z.looseObject({})) }),
    ),
    notifications: z.looseObject({
      resourceSubscriptions: z.optional(z.array(z.string())),
      taskIds: z.optional(z.array(z.string())),
    }),
  }),
});

/** Maximum number of subjects of each kind per listener. */
const MAX_SUBJECTS = 100;

/**
 * The SDK answers `subscriptions/listen` itself, does not expose the subjects and does not know
 * tasks. So it gets resources with unique names instead, and {@link toClientNames} restores the
 * client's names.
 */
const NAME = /^listen-\d+:(resource|task):(.*)$/s;

let serial = 0;

/**
 * Starts watching the subjects of a subscription.
 * @param tell notifies the SDK that the resource with this name has changed
 * @returns null for any message except a valid `subscriptions/listen`
 * @throws {ProtocolError} if a client without the tasks extension subscribes to tasks
 */
export function subscribe(
  message: unknown,
  subjects: Subscribable,
  tell: (name: string, more: object) => void,
): Subscription | null {
  // Most messages are not, and parsing them costs more.
  if ((message as Notification | null)?.method !== 'subscriptions/listen') return null;
  const parsed = listenRequest.safeParse(message);
  if (!parsed.success) return null;
  const { id, params } = parsed.data;
  const { resourceSubscriptions = [], taskIds = [], ...others } = params.notifications;
  const capabilities: ClientCapabilities = params._meta?.[CLIENT_CAPABILITIES_META_KEY] ?? {};
  if (taskIds.length > 0) requireTasks(capabilities);
  const listener = `listen-${serial++}`;
  const stops = new Map<string, () => void>();
  for (const uri of resourceSubscriptions.slice(0, MAX_SUBJECTS)) {
    const name = `${listener}:resource:${uri}`;
    stops.set(
      name,
      subjects.resource(uri, () => tell(name, {})),
    );
  }
  for (const taskId of taskIds.slice(0, MAX_SUBJECTS)) {
    const name = `${listener}:task:${taskId}`;
    try {
      stops.set(
        name,
        subjects.task(taskId, capabilities, (task) => tell(name, task)),
      );
    } catch (error) {
      // The client sees that the task is missing from the acknowledgement.
      if (!(error instanceof ProtocolError)) throw error;
    }
  }
  const notifications = { ...others, resourceSubscriptions: [...stops.keys()] };
  return {
    id,
    message: { ...parsed.data, params: { ...params, notifications } },
    stop() {
      for (const stop of stops.values()) stop();
    },
  };
}

type Notification = { method?: string; params?: Record<string, unknown> };

/** @param message from the SDK @returns the message for the client */
export function toClientNames(message: object): object {
  const { method, params } = message as Notification;
  if (method === 'notifications/resources/updated') return renameUpdate(message, params);
  if (method !== 'notifications/subscriptions/acknowledged') return message;
  const { resourceSubscriptions: names, ...others }: Filter = params?.notifications ?? {};
  const [uris, taskIds] = [subjectsOf('resource', names), subjectsOf('task', names)];
  const notifications = {
    ...others,
    ...(uris.length > 0 ? { resourceSubscriptions: uris } : {}),
    ...(taskIds.length > 0 ? { taskIds } : {}),
  };
  return { ...message, params: { ...params, notifications } };
}

interface Filter {
  resourceSubscriptions?: string[];
}

function subjectsOf(wanted: string, names: readonly string[] = []): string[] {
  return names.flatMap((name) => {
    const [, kind, subject = ''] = NAME.exec(name) ?? [];
    return kind === wanted ? [subject] : [];
  });
}

function renameUpdate(message: object, { uri: name, ...params }: Notification['params'] = {}) {
  const [, kind, uri] = NAME.exec(String(name)) ?? [];
  // Clients up to 2025-11-25 get the resource's real name.
  if (kind === undefined) return message;
  return kind === 'task'
    ? { ...message, method: 'notifications/tasks', params }
    : { ...message, params: { ...params, uri } };
}
