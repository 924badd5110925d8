import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cookieName, sessionOfToken } from '../../../src/hub/http/access.ts';
import { localPath } from '../../../src/hub/http/login.ts';
import { type HubApp, makeHubApp } from '../../support/hub-app.ts';
import { BEARER, HUB_TOKEN } from '../../support/hub-process.ts';
import { at, launched, opened, RUN, started } from '../../support/run-events.ts';
import { storeRun } from '../../support/stored-run.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

const HOST = '127.0.0.1:4600';
const COOKIE = { Cookie: `${cookieName(HOST)}=${sessionOfToken(HUB_TOKEN)}` };
const OWN = { Origin: `http://${HOST}`, 'Sec-Fetch-Site': 'same-origin' };
const CANCEL = `/api/v1/runs/${RUN}/cancel`;

let dir: TempDir;
let hub: HubApp;

beforeEach(async () => {
  dir = await makeTempDir();
  storeRun(dir.path, [opened(['a']), launched('a'), started('a')]);
  hub = await makeHubApp([dir.path], { now: () => at(99) });
});
afterEach(async () => {
  await hub[Symbol.asyncDispose]();
  await dir.remove();
});

const statusOf = async (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  (await hub.fetch(path, { method, headers })).status;

describe('a request', () => {
  it.each(['/api/v1/runs', `/api/v1/runs/${RUN}`, '/events', '/mcp', '/'])(
    'for %s needs the token',
    async (path) => {
      expect(await statusOf(path)).toBe(401);
      expect(await statusOf(path, { Authorization: `Bearer ${HUB_TOKEN}x` })).toBe(401);
      expect(await statusOf(path, { Cookie: `${cookieName(HOST)}=${HUB_TOKEN}` })).toBe(401);
      expect(await statusOf(path, BEARER)).not.toBe(401);
      expect(await statusOf(path, COOKIE)).not.toBe(401);
    },
  );

  it('for the health needs none, and learns nothing of runs', async () => {
    const answer = await hub.fetch('/healthz');
    expect(await answer.json()).toEqual({ status: 'ok', version: '0.0.0' });
  });

  it.each(['evil.example', 'evil.example:4600', '127.0.0.1.evil.example', ''])(
    'that names the host %j is refused',
    async (host) => expect(await statusOf('/healthz', { ...BEARER, host })).toBe(403),
  );

  it.each(['localhost:4600', 'HUB.example', '127.0.0.1'])('may name the host %s', async (host) =>
    expect(await statusOf('/healthz', { host })).toBe(200),
  );

  it.each(['http://evil.example', 'http://127.0.0.1:3000', 'null'])(
    'of a page from %s is refused, even with the token',
    async (Origin) => expect(await statusOf('/api/v1/runs', { ...BEARER, Origin })).toBe(403),
  );

  it('gets headers that forbid scripts of others, frames and caching', async () => {
    const { headers } = await hub.fetch('/api/v1/runs', { headers: BEARER });
    expect(headers.get('content-security-policy')).toMatch(
      /default-src 'none'; script-src 'self'.*frame-ancestors 'none'/,
    );
    expect(headers.get('content-security-policy')).not.toContain('unsafe');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
  });
});

describe('a change', () => {
  it('by cookie must come from a page of the hub', async () => {
    expect(await statusOf(CANCEL, COOKIE, 'POST')).toBe(403);
    const sibling = { ...COOKIE, Origin: 'http://127.0.0.1:3000', 'Sec-Fetch-Site': 'same-site' };
    expect(await statusOf(CANCEL, sibling, 'POST')).toBe(403);
    const forged = { ...COOKIE, ...OWN, 'Sec-Fetch-Site': 'cross-site' };
    expect(await statusOf(CANCEL, forged, 'POST')).toBe(403);
    expect(await statusOf(CANCEL, { ...COOKIE, ...OWN }, 'POST')).toBe(200);
  });

  it('behind a TLS proxy comes from the same host under https', async () => {
    const host = 'hub.example';
    const Cookie = `${cookieName(host)}=${sessionOfToken(HUB_TOKEN)}`;
    const headers = { host, Cookie, ...OWN, Origin: 'https://hub.example' };
    expect(await statusOf(CANCEL, headers, 'POST')).toBe(200);
  });

  it('with a long body is refused', async () => {
    const body = 'x'.repeat(70_000);
    const headers = { ...BEARER, 'Content-Length': String(body.length) };
    expect((await hub.fetch(CANCEL, { method: 'POST', headers, body })).status).toBe(413);
  });
});

describe('signing in', () => {
  it('by the link sets a cookie without the token, and leads to an address without it', async () => {
    const answer = await hub.fetch(`/login?token=${HUB_TOKEN}`);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^swarm_hub_4600=\S+;.*HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(HUB_TOKEN);
    const [name = ''] = cookie.split(';');
    expect(await statusOf('/api/v1/runs', { Cookie: name })).toBe(200);
  });

  it('by the form needs a page of the hub', async () => {
    const send = (headers: Record<string, string>) =>
      hub.fetch('/login', {
        method: 'POST',
        body: `token=${HUB_TOKEN}&to=/runs/x`,
        headers: { 'Content-Length': '50', ...headers },
      });
    expect((await send({ Origin: 'http://evil.example' })).status).toBe(403);
    expect((await send({})).status).toBe(403);
    const answer = await send(OWN);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/runs/x']);
  });

  it('with a wrong token fails, and soon is not even tried', async () => {
    const tries = [];
    for (let index = 0; index < 20; index++) tries.push(await statusOf('/login?token=wrong'));
    expect(tries.slice(0, 10)).toEqual(Array(10).fill(401));
    expect(tries.at(-1)).toBe(429);
    expect(await statusOf(`/login?token=${HUB_TOKEN}`)).toBe(303);
  });

  it('is what a browser is asked for, and a link from elsewhere is followed again', async () => {
    const html = { Accept: 'text/html' };
    const asked = await hub.fetch(`/runs/${RUN}?a=b`, { headers: html });
    expect(asked.headers.get('location')).toBe(`/login?to=%2Fruns%2F${RUN}%3Fa%3Db`);
    const foreign = { ...html, 'Sec-Fetch-Site': 'cross-site' };
    const again = await hub.fetch(`/runs/${RUN}`, { headers: foreign });
    expect([again.headers.get('refresh'), again.headers.get('location')]).toEqual([
      `0; url=/runs/${RUN}`,
      null,
    ]);
  });

  it.each(['//evil.example', '/\\evil.example', 'http://evil.example', 'javascript:x', ''])(
    'never leads to %j',
    (to) => expect(localPath(to)).toBe('/'),
  );
});
