import { timingSafeEqual } from 'node:crypto';
import { createServer, type Server as HttpServer } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import {
  type AuthInfo,
  createMcpHandler,
  hostHeaderValidationResponse,
  type McpServerFactory,
  OAuthError,
  OAuthErrorCode,
  originValidationResponse,
  requireBearerAuth,
} from '@modelcontextprotocol/server';
import { listenedResources } from './listened-resources.ts';
import { watchResource } from './serve-resources.ts';

export interface HttpOptions {
  root: string;
  host: string;
  /** 0 for any that is free. */
  port: number;
  /** What a request has to bear; null for none. */
  token: string | null;
}

export const MCP_PATH = '/mcp';

/** A session of revision 2025-11-25 is not kept: each of its requests stands for itself. */
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Serves clients over Streamable HTTP. A page in a browser can reach loopback, too: so the names in
 * `Host` and `Origin` have to be this machine's, and each request bears the token.
 * @returns the server when it listens
 */
export async function serveOverHttp(
  create: McpServerFactory,
  { root, host, port, token }: HttpOptions,
): Promise<HttpServer> {
  const handler = createMcpHandler(create);
  const names = [...new Set([...LOOPBACK, host])];
  const authenticate = token === null ? null : bearerAuth(token);
  const answer = async (request: Request): Promise<Response> => {
    const rejected =
      hostHeaderValidationResponse(request, names) ?? originValidationResponse(request, names);
    if (rejected) return rejected;
    if (new URL(request.url).pathname !== MCP_PATH) return new Response(null, { status: 404 });
    const caller = authenticate ? await authenticate(request) : undefined;
    if (caller instanceof Response) return caller;
    await watchListened(request, root, handler.notify.resourceUpdated);
    return handler.fetch(request, caller ? { authInfo: caller } : {});
  };
  const server = createServer(toNodeHandler({ fetch: answer }));
  server.once('close', () => void handler.close());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  return server;
}

function bearerAuth(expected: string): (request: Request) => Promise<AuthInfo | Response> {
  return requireBearerAuth({
    verifier: {
      async verifyAccessToken(token) {
        if (!isSame(token, expected)) {
          throw new OAuthError(OAuthErrorCode.InvalidToken, 'this is not the token of the server');
        }
        // It holds for as long as the process; the library wants a time, in seconds.
        return { token, clientId: 'local', scopes: [], expiresAt: 2 ** 40 };
      },
    },
  });
}

/** Takes as long wherever the two differ. */
function isSame(a: string, b: string): boolean {
  const [first, second] = [Buffer.from(a), Buffer.from(b)];
  return first.length === second.length && timingSafeEqual(first, second);
}

/** The SDK answers `subscriptions/listen` itself and does not say what is listened to. */
async function watchListened(
  request: Request,
  root: string,
  tell: (uri: string) => void,
): Promise<void> {
  if (request.headers.get('mcp-method') !== 'subscriptions/listen') return;
  const body = await request
    .clone()
    .json()
    .catch(() => null);
  for (const uri of listenedResources(body).uris) {
    const stop = watchResource(uri, { root }, () => tell(uri));
    request.signal.addEventListener('abort', stop);
  }
}
