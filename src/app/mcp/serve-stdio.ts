import type { JSONRPCMessage, McpServerFactory, Server } from '@modelcontextprotocol/server';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import type { ServerFactory } from './create-server.ts';
import { listenedResources } from './listened-resources.ts';
import { watchResource } from './serve-resources.ts';

/** Serves one client over this process's stdin and stdout. */
export function serveOverStdio(
  create: ServerFactory,
  root: string,
  stdout: NodeJS.WritableStream,
): void {
  let server: Server | null = null;
  const transport = new StdioServerTransport();
  const factory: McpServerFactory = (request) => {
    server = create(request);
    return server;
  };
  serveStdio(factory, {
    transport,
    onerror(error) {
      // The SDK passes over what is no JSON, and tells here of JSON that is no message: who sent it
      // waits for an answer.
      if (error.name.endsWith('ZodError')) stdout.write(`${JSON.stringify(NO_MESSAGE)}\n`);
    },
  });
  // The SDK answers `subscriptions/listen` itself and does not say what is listened to.
  const watches = new Map<unknown, (() => void)[]>();
  const receive = transport.onmessage;
  transport.onmessage = (message: JSONRPCMessage) => {
    const { id, uris } = listenedResources(message);
    const onChange = (uri: string) => () =>
      void server?.sendResourceUpdated({ uri }).catch(() => {});
    if (uris.length > 0)
      watches.set(
        id,
        uris.map((uri) => watchResource(uri, { root }, onChange(uri))),
      );
    const cancelled = cancelledId(message);
    for (const stop of watches.get(cancelled) ?? []) stop();
    watches.delete(cancelled);
    receive?.(message);
  };
  const { onclose } = transport;
  transport.onclose = () => {
    for (const stop of [...watches.values()].flat()) stop();
    onclose?.();
  };
}

const NO_MESSAGE = {
  jsonrpc: '2.0',
  id: null,
  error: { code: -32600, message: 'Invalid Request: expected a message of JSON-RPC 2.0' },
};

function cancelledId(message: JSONRPCMessage): unknown {
  const isCancel = 'method' in message && message.method === 'notifications/cancelled';
  return isCancel ? (message.params as { requestId?: unknown } | undefined)?.requestId : undefined;
}
