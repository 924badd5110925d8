import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  type InputRequests,
  MissingRequiredClientCapabilityError,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import * as z from 'zod/mini';

/** The extension of protocol revision 2026-07-28; the SDK has its names but does not serve it. */
const TASKS_EXTENSION = 'io.modelcontextprotocol/tasks';

/** A task as defined by the extension, with the fields of its status. */
export type McpTask = {
  taskId: string;
  statusMessage?: string;
  createdAt: string;
  lastUpdatedAt: string;
  /** Milliseconds from creation, after which the task may be unknown. */
  ttlMs: number;
  pollIntervalMs?: number;
} & (
  | { status: 'working' | 'cancelled' }
  | { status: 'input_required'; inputRequests: InputRequests }
  | { status: 'completed'; result: object }
  | { status: 'failed'; error: { code: number; message: string; data?: unknown } }
);

/** The result of a call that has become a task. */
export type CreatedTask = { resultType: 'task' } & Record<string, unknown>;

/** Stores tasks. Every method throws {@link unknownTask} if there is no such task. */
export interface TaskStore {
  get(id: string, capabilities: ClientCapabilities): Promise<McpTask> | McpTask;
  /** Takes answers by key, and ignores keys without a pending request. */
  update(id: string, responses: Readonly<Record<string, unknown>>): Promise<void> | void;
  cancel(id: string): Promise<void> | void;
}

/** @param why ends the sentence "Failed to retrieve task: …" */
export function unknownTask(why: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, `Failed to retrieve task: ${why}`);
}

/** The result that creates a task; it lacks the fields of the task's status. */
export function createdTask(task: McpTask): CreatedTask {
  const { taskId, status, statusMessage, createdAt, lastUpdatedAt, ttlMs, pollIntervalMs } = task;
  return {
    resultType: 'task',
    taskId,
    status,
    statusMessage,
    createdAt,
    lastUpdatedAt,
    ttlMs,
    pollIntervalMs,
  };
}

/**
 * The capabilities of a request's client, which it sends with each request or once at the
 * beginning. Extensions sent once do not count: those served here must be declared in the request.
 */
export function capabilitiesOf(server: Server, { mcpReq }: ServerContext): ClientCapabilities {
  const envelope = mcpReq.envelope as Record<string, unknown> | undefined;
  const told = envelope?.[CLIENT_CAPABILITIES_META_KEY] as ClientCapabilities | undefined;
  const { extensions: _, ...once } = server.getClientCapabilities() ?? {};
  return told ?? once;
}

export function hasTasks(capabilities: ClientCapabilities): boolean {
  return capabilities.extensions?.[TASKS_EXTENSION] !== undefined;
}

/** @throws {ProtocolError} for a client without the extension */
export function requireTasks(capabilities: ClientCapabilities): ClientCapabilities {
  if (hasTasks(capabilities)) return capabilities;
  throw new MissingRequiredClientCapabilityError({
    requiredCapabilities: { extensions: { [TASKS_EXTENSION]: {} } },
  });
}

const byId = z.looseObject({ taskId: z.string() });
const withResponses = z.looseObject({
  taskId: z.string(),
  inputResponses: z.optional(z.record(z.string(), z.unknown())),
});

/** Serves the extension's methods; only for an instance of revision 2026-07-28. */
export function serveTasks(server: Server, store: TaskStore): void {
  server.registerCapabilities({ extensions: { [TASKS_EXTENSION]: {} } });
  const declared = (context: ServerContext): ClientCapabilities =>
    requireTasks(capabilitiesOf(server, context));
  server.setRequestHandler('tasks/get', { params: byId }, async ({ taskId }, context) => {
    const task = await store.get(taskId, declared(context));
    return { ...task };
  });
  server.setRequestHandler('tasks/update', { params: withResponses }, async (params, context) => {
    declared(context);
    // The SDK removes the responses from the parameters that a handler sees.
    const lifted = context.mcpReq.inputResponses;
    await store.update(params.taskId, params.inputResponses ?? lifted ?? {});
    return {};
  });
  server.setRequestHandler('tasks/cancel', { params: byId }, async ({ taskId }, context) => {
    declared(context);
    await store.cancel(taskId);
    return {};
  });
}
