import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  ProtocolError,
} from '@modelcontextprotocol/server';
import * as z from 'zod/mini';
import { type McpTask, requireTasks } from './task-extension.ts';

/** What clients can subscribe to. Each watches until the function that it returns is called. */
export interface Subscribable {
  resource(uri: string, onChange: () => void): () => void;
  /** Tells also how it is at first. @throws {ProtocolError} for a task that is not there */
  task(id: string, capabilities: ClientCapabilities, onChange: (task: McpTask) => void): () => void;
}

/** A request to listen that is being served. */
export interface Subscription {
  id: unknown;
  /** The request as the SDK is to get it. */
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

/** One listener may have so many things watched. */
const MOST = 100;

/**
 * The SDK answers `subscriptions/listen` itself, does not say what is listened to and knows of no
 * tasks. So it gets resources of names that nobody else has in place of what was asked for, and
 * {@link toClientNames} puts back what was meant.
 */
const NAME = /^listen-\d+:(resource|task):(.*)$/s;

let serial = 0;

/**
 * Starts watching what a message subscribes to.
 * @param tell sends, in the SDK's way, that the resource of this name has changed
 * @returns null for any message but a good `subscriptions/listen`
 * @throws {ProtocolError} when tasks are asked for by a client that does not have them
 */
export function subscribe(
  message: unknown,
  subjects: Subscribable,
  tell: (name: string, more: object) => void,
): Subscription | null {
  // Most messages are none, and to look at them costs more.
  if ((message as Notification | null)?.method !== 'subscriptions/listen') return null;
  const parsed = listenRequest.safeParse(message);
  if (!parsed.success) return null;
  const { id, params } = parsed.data;
  const { resourceSubscriptions = [], taskIds = [], ...others } = params.notifications;
  const capabilities: ClientCapabilities = params._meta?.[CLIENT_CAPABILITIES_META_KEY] ?? {};
  if (taskIds.length > 0) requireTasks(capabilities);
  const listener = `listen-${serial++}`;
  const stops = new Map<string, () => void>();
  for (const uri of resourceSubscriptions.slice(0, MOST)) {
    const name = `${listener}:resource:${uri}`;
    stops.set(
      name,
      subjects.resource(uri, () => tell(name, {})),
    );
  }
  for (const taskId of taskIds.slice(0, MOST)) {
    const name = `${listener}:task:${taskId}`;
    try {
      stops.set(
        name,
        subjects.task(taskId, capabilities, (task) => tell(name, task)),
      );
    } catch (error) {
      // The client learns of it by what is missing in the acknowledgement.
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

/** @param message of the SDK @returns what the client is to get */
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
  // To clients up to 2025-11-25 it is the resource itself.
  if (kind === undefined) return message;
  return kind === 'task'
    ? { ...message, method: 'notifications/tasks', params }
    : { ...message, params: { ...params, uri } };
}
