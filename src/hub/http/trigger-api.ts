import type { Hono } from 'hono';
import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import type { HistoryQuery } from '../../view/triggers/trigger-views.ts';
import { findRepository, type HubContext, type Repository } from '../hub-context.ts';
import { callerOf, type HubEnv, type HubRequest } from './hub-env.ts';
import { problem } from './problem.ts';

const ACTIONS = ['trigger', 'pause', 'resume'] as const;
type ScheduleAction = (typeof ACTIONS)[number];

/** The routes of schedules, webhooks, messages to others, and the history of all triggers. */
export function addTriggerRoutes(api: Hono<HubEnv>, { repositories }: HubContext): void {
  api.get('/schedules', (c) =>
    c.json({
      schedules: among(c, repositories).flatMap(({ name: repo, triggers }) =>
        triggers.book.schedules().map((schedule) => ({ repo, ...schedule })),
      ),
    }),
  );
  api.get('/webhooks', (c) =>
    c.json({
      webhooks: among(c, repositories).flatMap(({ name: repo, triggers }) =>
        triggers.book.webhooks().map((webhook) => ({ repo, ...webhook })),
      ),
    }),
  );
  api.get('/outbox', (c) =>
    c.json({
      outbox: among(c, repositories).map(({ name: repo, triggers }) => ({
        repo,
        ...triggers.outbox(),
      })),
    }),
  );
  api.post('/replay', (c) => {
    const { id = '', repo = '' } = c.req.query();
    const { triggers } = findRepository(repositories, repo);
    return answer(c, triggers.replay(id, callerOf(c)));
  });
  api.get('/history', (c) => c.json({ history: listHistory(among(c, repositories), queryOf(c)) }));
  api.post('/schedules/:name/:action', async (c) => {
    const name = c.req.param('name');
    const action = ACTIONS.find((one) => one === c.req.param('action'));
    if (!action) return problem(c, 404, `expected ${ACTIONS.join(', ')} after the name`);
    const repository = ownerOf(among(c, repositories), name);
    return answer(c, await change(repository, { name, action }, c));
  });
}

/** A form of a page without JavaScript leads back to that page. */
function answer(c: HubRequest, result: object): Response {
  const isForm = (c.req.header('accept') ?? '').includes('text/html');
  return isForm ? c.redirect('/triggers', 303) : c.json(result);
}

async function change(
  { triggers: { book } }: Repository,
  { name, action }: { name: string; action: ScheduleAction },
  c: HubRequest,
): Promise<object> {
  const by = callerOf(c);
  if (action === 'trigger') return book.trigger(name, by);
  if (action === 'resume') return book.resume(name, by);
  const note = new URLSearchParams(await c.req.text()).get('note')?.trim();
  return book.pause(name, note || null, by);
}

function among(c: HubRequest, repositories: readonly Repository[]): readonly Repository[] {
  const repo = c.req.query('repo');
  return repo === undefined ? repositories : [findRepository(repositories, repo)];
}

/** @throws {SwarmError} if several repositories have a schedule of this name, or none has */
function ownerOf(repositories: readonly Repository[], name: string): Repository {
  const owners = repositories.filter(({ triggers }) =>
    triggers.book.schedules().some((one) => one.name === name),
  );
  const [owner] = owners;
  if (owner && owners.length === 1) return owner;
  if (!owner) throw new SwarmError(`no schedule ${JSON.stringify(name)}`, EXIT.notFound);
  const names = owners.map((one) => one.name).join(', ');
  throw new SwarmError(`several repositories have a schedule ${name}: add ?repo= one of ${names}`);
}

/** The newest firings of several repositories, newest first. */
export function listHistory(repositories: readonly Repository[], query: HistoryQuery) {
  return repositories
    .flatMap(({ name: repo, triggers }) =>
      triggers.book.history(query).map((firing) => ({ repo, ...firing })),
    )
    .sort((a, b) => (a.at < b.at ? 1 : -1))
    .slice(0, query.limit);
}

const USUAL_HISTORY = 50;
const LONGEST_HISTORY = 1_000;

function queryOf(c: HubRequest): HistoryQuery {
  const { name, trigger, limit = String(USUAL_HISTORY) } = c.req.query();
  const count = Number(limit);
  if (!Number.isInteger(count) || count < 1 || count > LONGEST_HISTORY) {
    throw new SwarmError(`limit: expected 1 to ${LONGEST_HISTORY}, found "${limit}"`);
  }
  const query: HistoryQuery = name === undefined ? { limit: count } : { limit: count, name };
  if (trigger === 'schedule' || trigger === 'webhook') query.trigger = trigger;
  return query;
}
