import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';

/** What the routes know of a request. */
export interface HubEnv {
  /** Undefined in tests that call the routes without a server. */
  Bindings: Partial<HttpBindings>;
  Variables: {
    /** How the caller proved to know the token; undefined if it did not. */
    surface: 'API' | 'page' | undefined;
  };
}

export type HubRequest = Context<HubEnv>;

/** The caller of a change, for the ledger: `the page from 127.0.0.1`. */
export function callerOf(c: HubRequest): string {
  const address = c.env?.incoming?.socket.remoteAddress ?? 'this process';
  return `the ${c.get('surface')} from ${address.replace(/^::ffff:/, '')}`;
}
