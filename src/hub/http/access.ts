import { createHmac } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import { isSameSecret } from '../../platform/is-same-secret.ts';
import type { HubEnv, HubRequest } from './hub-env.ts';
import { problem } from './problem.ts';

/** Prevents a page of another server on this machine from learning the token itself. */
export function sessionOfToken(token: string): string {
  return createHmac('sha256', token).update('swarm-hub-session').digest('base64url');
}

/** Cookies are shared by all ports of a host, so the name has the port. */
export function cookieName(host: string): string {
  return `swarm_hub_${/:(\d+)$/.exec(host)?.[1] ?? 'default'}`;
}

/**
 * Refuses requests that name another host, as those of a page that rebinds its own name to this
 * machine, and requests of pages from elsewhere.
 */
export function checkHost(hostnames: readonly string[]): MiddlewareHandler<HubEnv> {
  const names = new Set(hostnames.map(toHostname));
  return async (c, next) => {
    const host = c.req.header('host') ?? '';
    if (!names.has(hostnameOf(`http://${host}`) ?? '')) {
      return problem(c, 403, 'the request names a host that is not allowed; see --allow-host');
    }
    const origin = c.req.header('origin');
    if (origin !== undefined && !isSameHost(origin, host) && !isPublicHook(c.req.path)) {
      return problem(c, 403, 'requests of pages from another origin are refused');
    }
    await next();
  };
}

interface Access {
  token: string;
  /** Whether a path needs no token. */
  isOpen(path: string): boolean;
  /** Answers a request without the token. */
  refuse(c: HubRequest): Response;
}

/**
 * Accepts the token as a bearer, or the cookie that the link with the token has set. A change by
 * cookie must come from a page of this hub, which every browser proves with `Origin`.
 */
export function authenticate({ token, isOpen, refuse }: Access): MiddlewareHandler<HubEnv> {
  const session = sessionOfToken(token);
  return async (c, next) => {
    const host = c.req.header('host') ?? '';
    const [, bearer] = /^bearer (\S+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
    const cookie = getCookie(c, cookieName(host));
    if (bearer !== undefined && isSameSecret(bearer, token)) c.set('surface', 'API');
    else if (cookie !== undefined && isSameSecret(cookie, session)) c.set('surface', 'page');
    else if (isOpen(c.req.path)) return next();
    else return refuse(c);
    if (c.get('surface') === 'page' && isChange(c.req.method) && !isFromOwnPage(c.req, host)) {
      return problem(c, 403, 'a change must come from a page of this hub, or carry the token');
    }
    return next();
  };
}

function isChange(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
}

/** Whether a page of this hub made the request; browsers do not let pages set these headers. */
export function isFromOwnPage(
  request: { header(name: string): string | undefined },
  host: string,
): boolean {
  const origin = request.header('origin');
  const site = request.header('sec-fetch-site') ?? 'same-origin';
  return origin !== undefined && isSameHost(origin, host) && site === 'same-origin';
}

/** A TLS proxy in front changes the scheme, so that is not compared. */
function isSameHost(origin: string, host: string): boolean {
  const parsed = URL.canParse(origin) ? new URL(origin) : null;
  return parsed !== null && parsed.host === host.toLowerCase();
}

/** Senders of webhooks prove themselves with a signature. */
function isPublicHook(path: string): boolean {
  return path.startsWith('/hooks/');
}

function hostnameOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).hostname : null;
}

/** An IPv6 address has brackets in `Host`. */
function toHostname(name: string): string {
  return name.includes(':') && !name.startsWith('[') ? `[${name}]` : name.toLowerCase();
}
