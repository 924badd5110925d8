import { Hono } from 'hono';
import { setCookie } from 'hono/cookie';
import { isSameSecret } from '../../platform/is-same-secret.ts';
import { renderLogin } from '../../web/still-pages.tsx';
import type { HubContext } from '../hub-context.ts';
import { cookieName, isFromOwnPage, sessionOfToken } from './access.ts';
import type { HubEnv, HubRequest } from './hub-env.ts';
import type { RateLimit } from './rate-limit.ts';

export const LOGIN_PATH = '/login';

/** How long a browser stays signed in; seconds. */
const SESSION_S = 30 * 24 * 3_600;

/** The longest form; bytes. */
const LONGEST_FORM = 4_096;

/**
 * `/login?token=`: the link that `swarm serve` prints. It sets a cookie and leads to an address
 * without the token. Without the link, people enter the token in a form.
 * @param failures limits how often a wrong token may be tried
 */
export function loginRoutes(
  { token, version }: Pick<HubContext, 'token' | 'version'>,
  failures: RateLimit,
) {
  const login = new Hono<HubEnv>();
  const answer = (c: HubRequest, given: string, to: string) => {
    if (isSameSecret(given, token)) return signIn(c, token, to);
    const why = failures.take() ? 'This is not the token.' : 'Too many attempts; wait a minute.';
    return c.html(renderLogin(version, localPath(to), why), why.startsWith('Too') ? 429 : 401);
  };
  login.get('/', (c) => {
    const { token: given, to = '/' } = c.req.query();
    return given === undefined
      ? c.html(renderLogin(version, localPath(to), null))
      : answer(c, given, to);
  });
  login.post('/', async (c) => {
    if (!isFromOwnPage(c.req, c.req.header('host') ?? '')) return c.text('not from this page', 403);
    if (Number(c.req.header('content-length') ?? Infinity) > LONGEST_FORM)
      return c.text('too long', 413);
    const form = new URLSearchParams(await c.req.text());
    return answer(c, form.get('token') ?? '', form.get('to') ?? '/');
  });
  return login;
}

function signIn(c: HubRequest, token: string, to: string): Response {
  setCookie(c, cookieName(c.req.header('host') ?? ''), sessionOfToken(token), {
    httpOnly: true,
    sameSite: 'Strict',
    path: '/',
    maxAge: SESSION_S,
    secure: c.req.header('x-forwarded-proto') === 'https',
  });
  return c.redirect(localPath(to), 303);
}

/** A path of this hub; anything else leads to the first page. */
export function localPath(to: string): string {
  const base = 'http://hub.invalid';
  const isLocal = to.startsWith('/') && URL.canParse(to, base);
  const url = isLocal ? new URL(to, base) : null;
  return url?.origin === base && !/^\/[/\\]/.test(to) ? `${url.pathname}${url.search}` : '/';
}

/**
 * Answers a request without the token: programs with 401, people with the form. A link on a page
 * elsewhere sends no cookie, so the browser is asked to load the address again, from here.
 */
export function refuse(c: HubRequest): Response {
  const { path } = c.req;
  const isNavigation =
    c.req.method === 'GET' && /\btext\/html\b/.test(c.req.header('accept') ?? '');
  if (!isNavigation || path.startsWith('/api/')) {
    c.header('WWW-Authenticate', 'Bearer');
    return c.json({ error: { message: 'expected the token of this hub as a bearer token' } }, 401);
  }
  const to = localPath(`${path}${new URL(c.req.url).search}`);
  if (c.req.header('sec-fetch-site') === 'cross-site') {
    c.header('Refresh', `0; url=${to}`);
    return c.html('<!doctype html><title>swarm</title>', 401);
  }
  return c.redirect(`${LOGIN_PATH}?to=${encodeURIComponent(to)}`, 303);
}
