import {
  ProtocolError,
  ProtocolErrorCode,
  SdkError,
  type Server,
} from '@modelcontextprotocol/server';
import { capabilitiesOf } from '../tasks/task-extension.ts';
import type { Tool, ToolCall } from './define-tool.ts';

type Progress = ToolCall['progress'];

/**
 * Lists and calls tools.
 * @param load loads the tools when they are first needed
 * @param hidden handles calls of unlisted tools; returns undefined for any other tool
 */
export function serveTools(
  server: Server,
  load: () => Promise<readonly Tool[]>,
  hidden: (name: string, args: Record<string, unknown>) => Promise<object | null> | undefined,
): void {
  server.registerCapabilities({ tools: {} });
  server.setRequestHandler('tools/list', async () => ({
    tools: (await load()).map((tool) => tool.list()),
  }));
  server.setRequestHandler('tools/call', async ({ params }, context) => {
    const answer = hidden(params.name, params.arguments ?? {});
    if (answer) return { content: [{ type: 'text', text: JSON.stringify((await answer) ?? {}) }] };
    const tool = (await load()).find(({ name }) => name === params.name);
    if (!tool) {
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown tool: ${params.name}`);
    }
    const { mcpReq } = context;
    const { signal } = mcpReq;
    const token = mcpReq._meta?.progressToken;
    const progress: Progress =
      token === undefined
        ? async () => {}
        : rising((progress, message) =>
            mcpReq.notify({
              method: 'notifications/progress',
              params: { progressToken: token, progress, total: 1, message },
            }),
          );
    return tool.call(params.arguments, {
      capabilities: capabilitiesOf(server, context),
      signal,
      isCancelled: () => signal.aborted && !(signal.reason instanceof SdkError),
      progress,
      inputResponses: mcpReq.inputResponses,
    }) as Promise<{ content: [] }>;
  });
}

/** Progress must increase with each notification, even if only the message changes. */
const LEAST_STEP = 1e-6;

function rising(send: Progress): Progress {
  let last = 0;
  return (share, message) => {
    last = Math.max(share, last + LEAST_STEP);
    return send(last, message);
  };
}
