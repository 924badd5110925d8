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

/** A task as the extension has it, with what belongs to its status. */
export type McpTask = {
  taskId: string;
  statusMessage?: string;
  createdAt: string;
  lastUpdatedAt: string;
  /** From creation on; milliseconds. After it the task may be unknown. */
  ttlMs: number;
  pollIntervalMs?: number;
} & (
  | { status: 'working' | 'cancelled' }
  | { status: 'input_required'; inputRequests: InputRequests }
  | { status: 'completed'; result: object }
  | { status: 'failed'; error: { code: number; message: string; data?: unknown } }
);

/** The answer to a call that a task stands for. */
export type CreatedTask = { resultType: 'task' } & Record<string, unknown>;

/** Where tasks are. Every method throws {@link unknownTask} for one that is not there. */
export interface TaskStore {
  get(id: string, capabilities: ClientCapabilities): Promise<McpTask> | McpTask;
  /** Takes answers by key; keys that nothing waits for are passed over. */
  update(id: string, responses: Readonly<Record<string, unknown>>): Promise<void> | void;
  cancel(id: string): Promise<void> | void;
}

/** @param why ends the sentence "Failed to retrieve task: …" */
export function unknownTask(why: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, `Failed to retrieve task: ${why}`);
}

/** The answer that gives a task in place of a result; it is without what belongs to its status. */
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
 * What the client of a request can do: told with each request, or once at the beginning. Of what is
 * told once extensions do not count: those that are served here want to be told with the request.
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

/** Serves the extension's methods; for an instance of revision 2026-07-28 alone. */
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
    // The SDK lifts the responses out of the parameters that a handler sees.
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
