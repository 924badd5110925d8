import { Hono } from 'hono';
import type { Repository } from '../hub-context.ts';
import type { DeliveryRequest } from '../webhooks/parse-payload.ts';
import type { HubEnv, HubRequest } from './hub-env.ts';
import { problem } from './problem.ts';

/**
 * `/hooks/<name>` goes to the first repository with a webhook of this name, `/hooks/<repository>/<name>`
 * to exactly one.
 */
export function hookRoutes(repositories: readonly Repository[]): Hono<HubEnv> {
  const hooks = new Hono<HubEnv>();
  const answer = (among: readonly Repository[], name: string, c: HubRequest) => {
    const found = among.find(({ triggers }) => triggers.hasWebhook(name));
    return found?.triggers.receive(name, toDelivery(c)) ?? null;
  };
  hooks.all('/:name', async (c) => {
    const answered = answer(repositories, c.req.param('name'), c);
    return (await answered) ?? problem(c, 404, 'there is no such webhook');
  });
  hooks.all('/:repository/:name', async (c) => {
    const among = repositories.filter(({ name }) => name === c.req.param('repository'));
    const answered = answer(among, c.req.param('name'), c);
    return (await answered) ?? problem(c, 404, 'there is no such webhook');
  });
  return hooks;
}

/** The request of the server itself: to wrap it in a `Request` takes longer than all the rest. */
function toDelivery(c: HubRequest): DeliveryRequest {
  const { incoming } = c.env ?? {};
  if (!incoming) return c.req.raw;
  return {
    method: c.req.method,
    headers: { get: (name) => c.req.header(name) ?? null },
    body: incoming,
  };
}
