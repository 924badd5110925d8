import { createServer, type Server as HttpServer, type IncomingMessage } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import {
  type AuthInfo,
  createMcpHandler,
  hostHeaderValidationResponse,
  type McpHandlerRequestOptions,
  type McpHttpHandler,
  OAuthError,
  OAuthErrorCode,
  originValidationResponse,
  ProtocolError,
  requireBearerAuth,
} from '@modelcontextprotocol/server';
import { isSameSecret } from '../../platform/is-same-secret.ts';
import type { Service } from '../create-server.ts';
import {
  type Subscribable,
  type Subscription,
  subscribe,
  toClientNames,
} from '../tasks/subscriptions.ts';

interface HttpOptions {
  host: string;
  /** Further names and addresses under which clients may reach the server, without ports. */
  allowedHosts: readonly string[];
  /** 0 for any free port. */
  port: number;
  /** The bearer token that each request must carry; null for none. */
  token: string | null;
}

export const MCP_PATH = '/mcp';

/** Sessions of revision 2025-11-25 are not supported: each request is independent. */
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Serves clients over Streamable HTTP. A page in a browser can reach loopback too, so the names in
 * `Host` and `Origin` must be this machine's or allowed ones, and each request must carry the token.
 * @returns the server when it listens
 */
export async function serveOverHttp(
  { create, subjects }: Service,
  { host, allowedHosts, port, token }: HttpOptions,
): Promise<HttpServer> {
  const mcp = mcpEndpoint({ create, subjects });
  const names = [...new Set([...LOOPBACK, host, ...allowedHosts].map(toHostname))];
  const authenticate = token === null ? null : bearerAuth(token);
  const answer = async (request: Request): Promise<Response> => {
    const rejected =
      hostHeaderValidationResponse(request, names) ?? originValidationResponse(request, names);
    if (rejected) return rejected;
    if (new URL(request.url).pathname !== MCP_PATH) return new Response(null, { status: 404 });
    const caller = authenticate ? await authenticate(request) : undefined;
    if (caller instanceof Response) return caller;
    return mcp.answer(request, caller ? { authInfo: caller } : {});
  };
  const handle = toNodeHandler({ fetch: answer });
  const server = createServer((request, response) => {
    const refusal = refusalOf(request);
    if (refusal === null) return void handle(request, response);
    response.writeHead(refusal, refusal === 405 ? { Allow: METHODS.join(', ') } : {}).end();
  });
  server.once('close', mcp.close);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  return server;
}

export interface McpEndpoint {
  answer(request: Request, options?: McpHandlerRequestOptions): Promise<Response>;
  close(): void;
}

/** Answers requests that a server has accepted, whatever their path is. */
export function mcpEndpoint({ create, subjects }: Service): McpEndpoint {
  const handler = createMcpHandler(create);
  return {
    answer: (request, options = {}) =>
      request.headers.get('mcp-method') === LISTEN
        ? serveListener(request, subjects, handler, options)
        : handler.fetch(request, options),
    close: () => void handler.close(),
  };
}

const METHODS = ['GET', 'POST', 'DELETE', 'OPTIONS', 'HEAD'];

/** A name or an address with an optional port, and nothing else that a URL could have there. */
const HOST = /^(?:\[[\da-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i;

/**
 * Checks what a `Request` of the web cannot express and would throw about.
 * @returns the HTTP status; null if nothing is wrong
 */
export function refusalOf({
  method = '',
  url = '',
  headers,
}: Pick<IncomingMessage, 'method' | 'url' | 'headers'>): 400 | 405 | null {
  if (!METHODS.includes(method)) return 405;
  const host = headers.host ?? '';
  return HOST.test(host) && url.startsWith('/') && URL.canParse(url, `http://${host}`) ? null : 400;
}

/** An IPv6 address has brackets in `Host`. */
function toHostname(name: string): string {
  return name.includes(':') && !name.startsWith('[') ? `[${name}]` : name.toLowerCase();
}

function bearerAuth(expected: string): (request: Request) => Promise<AuthInfo | Response> {
  return requireBearerAuth({
    verifier: {
      async verifyAccessToken(token) {
        if (!isSameSecret(token, expected)) {
          throw new OAuthError(OAuthErrorCode.InvalidToken, 'this is not the token of the server');
        }
        // It is valid as long as the process runs, but the library requires a time, in seconds.
        return { token, clientId: 'local', scopes: [], expiresAt: 2 ** 40 };
      },
    },
  });
}

const LISTEN = 'subscriptions/listen';

/** Larger than any valid request to listen; bytes. */
const LONGEST_LISTEN = 100_000;

async function serveListener(
  request: Request,
  subjects: Subscribable,
  handler: McpHttpHandler,
  options: McpHandlerRequestOptions,
): Promise<Response> {
  const message = await readJson(request.clone(), LONGEST_LISTEN);
  const tell = (uri: string, params: object) =>
    handler.bus.publish({ kind: 'resource_updated', uri, params: { ...params } });
  let listening: Subscription | null;
  try {
    listening = subscribe(message, subjects, tell);
  } catch (error) {
    if (error instanceof ProtocolError) return refusal(message, error);
    throw error;
  }
  // The SDK reports the error.
  if (!listening) return handler.fetch(request, options);
  const { message: parsedBody, stop } = listening;
  request.signal.addEventListener('abort', stop);
  if (request.signal.aborted) stop();
  const response = await handler.fetch(request, { ...options, parsedBody });
  if (response.headers.get('content-type') === 'text/event-stream')
    return new Response(response.body?.pipeThrough(renameEvents()), response);
  stop();
  return response;
}

/** @returns undefined if it is too long or not JSON */
async function readJson(request: Request, most: number): Promise<unknown> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of request.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > most) return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal(message: unknown, { code, message: why, data }: ProtocolError): Response {
  const { id } = message as { id: unknown };
  const error = { code, message: why, data };
  return Response.json({ jsonrpc: '2.0', id, error }, { status: 400 });
}

/** The SDK's stream has one event in each of its chunks. */
function renameEvents(): TransformStream<Uint8Array, Uint8Array> {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  return new TransformStream({
    transform(chunk, controller) {
      const event = decoder.decode(chunk);
      const [, data] = /^data: (.*)$/m.exec(event) ?? [];
      const renamed = data && JSON.stringify(toClientNames(JSON.parse(data)));
      controller.enqueue(renamed ? encoder.encode(event.replace(data, () => renamed)) : chunk);
    },
  });
}
