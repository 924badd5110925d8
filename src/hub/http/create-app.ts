import { Hono } from 'hono';
import { findRepository, type HubContext } from '../hub-context.ts';
import { assetRoutes } from '../pages/assets.ts';
import { pageRoutes } from '../pages/page-routes.ts';
import { authenticate, checkHost } from './access.ts';
import { apiRoutes } from './api.ts';
import type { EventStreams } from './event-streams.ts';
import { answerEvents } from './events.ts';
import { hookRoutes } from './hooks.ts';
import type { HubEnv } from './hub-env.ts';
import { LOGIN_PATH, loginRoutes, refuse } from './login.ts';
import { renderHubMetrics } from './metrics.ts';
import { problem, problemOf } from './problem.ts';
import { RateLimit } from './rate-limit.ts';

/** Requests of all clients together. */
const REQUESTS = { perSecond: 2_000, burst: 4_000 };

/** Wrong tokens of all clients together; the right one is always accepted. */
const FAILURES = { perSecond: 0.2, burst: 10 };

/** The text format of Prometheus. */
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const SECURITY_HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
  // The page's own requests carry where they come from; nobody else learns an address of the hub.
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

export interface AppOptions {
  streams: EventStreams;
  /** Milliseconds on a clock that never goes back. */
  elapsedMs(): number;
  /** Where a file that pages load is. */
  locateAsset(name: string): string;
  /** A fault of this program. */
  onFault(error: unknown): void;
}

/** All routes of the hub. Everything but its health, its assets and webhooks needs the token. */
export function createApp(context: HubContext, options: AppOptions): Hono<HubEnv> {
  const { streams, elapsedMs, onFault } = options;
  const app = new Hono<HubEnv>();
  const requests = new RateLimit(REQUESTS, elapsedMs);
  app.onError((error, c) => {
    onFault(error);
    return problem(c, 500, 'a fault of the hub; its log has more');
  });
  app.notFound((c) => problem(c, 404, `there is no ${c.req.path}`));
  app.use(async (c, next) => {
    if (requests.take()) await next();
    else c.res = problem(c, 429, 'too many requests');
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) c.res.headers.set(name, value);
    if (!c.res.headers.has('Cache-Control')) c.res.headers.set('Cache-Control', 'no-store');
  });
  app.use(checkHost(context.hostnames));
  app.use(authenticate({ token: context.token, isOpen, refuse }));
  app.get('/healthz', (c) => c.json({ status: 'ok', version: context.version }));
  app.route(LOGIN_PATH, loginRoutes(context, new RateLimit(FAILURES, elapsedMs)));
  app.get('/events', (c) => answerEvents(c, context, streams));
  app.get('/metrics', (c) =>
    c.text(renderHubMetrics(context, streams), 200, { 'Content-Type': METRICS_TYPE }),
  );
  app.route('/mcp', mcpRoutes(context));
  app.route('/hooks', hookRoutes(context.repositories));
  app.route('/api/v1', apiRoutes(context));
  app.route('/assets', assetRoutes(options.locateAsset));
  app.route('/', pageRoutes(context));
  return app;
}

/** The MCP server of a repository; without a name, that of the first one. */
function mcpRoutes({ repositories, mcp }: HubContext): Hono<HubEnv> {
  const routes = new Hono<HubEnv>();
  routes.onError((error, c) => problemOf(c, error));
  routes.all('/', (c) => mcp(c.req.raw, repositories[0]?.host.root ?? ''));
  routes.all('/:repo', (c) => {
    const { host } = findRepository(repositories, c.req.param('repo'));
    return mcp(c.req.raw, host.root);
  });
  return routes;
}

/** Whether a path is for everybody; webhooks carry their own proof. */
function isOpen(path: string): boolean {
  return (
    path === '/healthz' ||
    path === LOGIN_PATH ||
    path.startsWith('/assets/') ||
    path.startsWith('/hooks/')
  );
}
