import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import type { HubEnv } from './hub-env.ts';

/** How long a client may take to send a whole request, and its headers; milliseconds. */
const REQUEST_MS = 10_000;
const HEADERS_MS = 5_000;

/** How often those limits are enforced; milliseconds. */
const CHECK_MS = 5_000;

/** A connection on which nothing happens for this long is closed; pings keep streams open. */
const IDLE_MS = 90_000;

/** Event streams stay open, so there may be many connections. */
const MAX_CONNECTIONS = 4_096;

/** Of all headers together; bytes. */
const MAX_HEADERS = 16 * 1024;

/** How long requests may take to end when the hub stops; milliseconds. */
const GRACE_MS = 3_000;

export interface HubServer {
  /** Such as `http://127.0.0.1:4600`. */
  url: string;
  port: number;
  /** Accepts no more connections and lets open requests end. */
  close(): Promise<void>;
}

/**
 * Listens. Clients that send slowly, or nothing at all, are dropped.
 * @throws {SwarmError} if the address is taken or not one of this machine
 */
export async function serveApp(
  app: Hono<HubEnv>,
  { host, port }: { host: string; port: number },
): Promise<HubServer> {
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer(
    {
      requestTimeout: REQUEST_MS,
      headersTimeout: HEADERS_MS,
      connectionsCheckingInterval: CHECK_MS,
      maxHeaderSize: MAX_HEADERS,
      keepAlive: true,
    },
    (request, response) => {
      if (isProxyRequest(request.url)) response.writeHead(400).end();
      else void listener(request, response);
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.setTimeout(IDLE_MS);
  await listen(server, host, port);
  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${name}:${address.port}`,
    port: address.port,
    close: () => closeServer(server),
  };
}

/** An absolute address in the request line would decide about the host instead of `Host`. */
function isProxyRequest(url = ''): boolean {
  return !url.startsWith('/');
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, host, port)));
    server.listen(port, host, resolve);
  });
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): unknown {
  const reasons: Record<string, string> = {
    EADDRINUSE: `another program listens at ${host}, port ${port}; choose another one with --port, or 0 for any. One hub serves several repositories with --repo`,
    EACCES: `port ${port} is reserved by the system; choose one above 1023 with --port`,
    EADDRNOTAVAIL: `${host} is no address of this machine; choose another one with --host`,
    ENOTFOUND: `${host} is not known; expected an address of this machine`,
  };
  const message = reasons[error.code ?? ''];
  return message === undefined ? error : new SwarmError(message, EXIT.notCompleted);
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const forced = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearTimeout(forced);
}
