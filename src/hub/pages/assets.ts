import { readFileSync } from 'node:fs';
import { Hono } from 'hono';
import type { HubEnv } from '../http/hub-env.ts';

const TYPES: Readonly<Record<string, string>> = {
  'web.js': 'text/javascript; charset=utf-8',
  'style.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
};

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#4338ca"/><g fill="#fff"><circle cx="16" cy="9" r="3.4"/><circle cx="8.6" cy="21" r="3.4"/><circle cx="23.4" cy="21" r="3.4"/><path d="M16 9 8.6 21h14.8z" fill="none" stroke="#fff" stroke-width="1.8"/></g></svg>`;

/**
 * `/assets/<name>`: what the pages load. None of it is secret, and the form for the token needs it.
 * @param locate where a bundle is
 */
export function assetRoutes(locate: (name: string) => string): Hono<HubEnv> {
  const assets = new Hono<HubEnv>();
  const known = new Map<string, string>([['icon.svg', ICON]]);
  assets.get('/:name', (c) => {
    const name = c.req.param('name');
    const type = TYPES[name];
    if (type === undefined) return c.notFound();
    const content = known.get(name) ?? readFileSync(locate(name), 'utf8');
    known.set(name, content);
    // Its address has the version of the hub.
    return c.body(content, 200, { 'Content-Type': type, 'Cache-Control': 'max-age=86400' });
  });
  return assets;
}
