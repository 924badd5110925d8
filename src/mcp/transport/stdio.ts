import type { Readable, Writable } from 'node:stream';
import {
  type JSONRPCMessage,
  type McpServerFactory,
  ProtocolError,
  type Server,
} from '@modelcontextprotocol/server';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import type { Service } from '../create-server.ts';
import { type Subscription, subscribe, toClientNames } from '../tasks/subscriptions.ts';
import { makeStrict } from './strict-stdio.ts';

export interface StdioStreams {
  stdin: Readable;
  stdout: Writable;
  /** The ids of requests in stdin that were answered before. */
  answered: ReadonlySet<unknown>;
}

/**
 * Serves one client over stdin and stdout.
 * @param onGone called when the client is gone, whichever stream shows it first: after a failed write
 *   stdin is no longer read, so its end is never seen
 */
export function serveOverStdio(
  { create, subjects }: Service,
  { stdin, stdout, answered }: StdioStreams,
  onGone: () => void,
): void {
  let server: Server | null = null;
  const transport = new StdioServerTransport(stdin, stdout);
  const factory: McpServerFactory = (request) => {
    server = create(request);
    return server;
  };
  serveStdio(factory, { transport });
  const tell = (uri: string, more: object) =>
    void server
      ?.notification({ method: 'notifications/resources/updated', params: { ...more, uri } })
      .catch(() => {});
  const unsent = new Set(answered);
  const listenings = new Map<unknown, Subscription>();
  const stop = (id: unknown) => {
    listenings.get(id)?.stop();
    listenings.delete(id);
  };
  const { onmessage: receive, onclose } = transport;
  const send = transport.send.bind(transport);
  transport.onmessage = (message: JSONRPCMessage) => {
    stop(cancelledId(message));
    try {
      const listening = subscribe(message, subjects, tell);
      if (listening) {
        stop(listening.id);
        listenings.set(listening.id, listening);
      }
      receive?.((listening?.message ?? message) as JSONRPCMessage);
    } catch (error) {
      if (!(error instanceof ProtocolError) || !('id' in message)) throw error;
      const { code, message: why, data } = error;
      void send({ jsonrpc: '2.0', id: message.id, error: { code, message: why, data } });
    }
  };
  transport.send = (message) => {
    // A response to a listen request ends it.
    if ('result' in message || 'error' in message) {
      stop(message.id);
      if (unsent.delete(message.id)) return Promise.resolve();
    }
    return send(toClientNames(message) as JSONRPCMessage);
  };
  transport.onclose = () => {
    for (const { stop } of listenings.values()) stop();
    onclose?.();
    onGone();
  };
  makeStrict(transport, stdin);
}

function cancelledId(message: JSONRPCMessage): unknown {
  const isCancel = 'method' in message && message.method === 'notifications/cancelled';
  return isCancel ? (message.params as { requestId?: unknown } | undefined)?.requestId : undefined;
}
