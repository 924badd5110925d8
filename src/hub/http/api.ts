import { Hono } from 'hono';
import { etag } from 'hono/etag';
import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import { readSummary } from '../../operations/read-summary.ts';
import { toStatusDocument } from '../../run/status-document.ts';
import { renderProblem } from '../../web/still-pages.tsx';
import { findHubRun, findRepository, type HubContext } from '../hub-context.ts';
import { listHubRuns } from '../live/list-hub-runs.ts';
import { carryOut, type HubAction, RUN_ACTIONS, TASK_ACTIONS } from './actions.ts';
import { callerOf, type HubEnv, type HubRequest } from './hub-env.ts';
import { problem, problemOf } from './problem.ts';
import { addTriggerRoutes } from './trigger-api.ts';

/** `/api/v1`: the same documents as with `--json`. */
export function apiRoutes(context: HubContext): Hono<HubEnv> {
  const api = new Hono<HubEnv>();
  const { repositories } = context;
  api.onError((error, c) => {
    if (!isForm(c) || !(error instanceof SwarmError)) return problemOf(c, error);
    return c.html(renderProblem(context.version, error.message), 409);
  });
  api.notFound((c) => problem(c, 404, `there is no ${c.req.path}`));
  api.use(etag());
  api.use(async (c, next) =>
    isTooLong(c) ? problem(c, 413, 'expected no body, or a short one') : next(),
  );
  api.get('/repositories', (c) =>
    c.json({ repositories: repositories.map(({ name, host }) => ({ name, root: host.root })) }),
  );
  api.get('/runs', (c) => {
    const { repo, before } = c.req.query();
    const among = repo === undefined ? repositories : [findRepository(repositories, repo)];
    return c.json(listHubRuns(among, { before, limit: limitOf(c) }));
  });
  api.get('/runs/:run', (c) => {
    const { run } = findHubRun(repositories, c.req.param('run'));
    return c.json(toStatusDocument(run.state));
  });
  api.get('/runs/:run/summary', (c) => {
    const { run, repository } = findHubRun(repositories, c.req.param('run'));
    return c.json(readSummary(run, null, repository.host, () => {}));
  });
  addTriggerRoutes(api, context);
  api.post('/runs/:run/:action', (c) => answerAction(c, context, RUN_ACTIONS));
  api.post('/runs/:run/tasks/:task/:action', (c) => answerAction(c, context, TASK_ACTIONS));
  return api;
}

async function answerAction(
  c: HubRequest,
  context: HubContext,
  known: readonly HubAction[],
): Promise<Response> {
  const { run = '', task = null, action: name } = c.req.param() as Record<string, string>;
  const action = known.find((one) => one === name);
  if (!action) return problem(c, 404, `expected ${known.join(', ')}, found "${name}"`);
  const found = findHubRun(context.repositories, run);
  const answer = await carryOut(found, { action, task, by: callerOf(c) }, context);
  // A form of a page without JavaScript leads back to that page.
  return isForm(c) ? c.redirect(`/runs/${run}`, 303) : c.json(answer);
}

function isForm(c: HubRequest): boolean {
  return (c.req.header('accept') ?? '').includes('text/html');
}

/** Actions need little or nothing in their body; bytes. */
const LONGEST_BODY = 64 * 1024;

function isTooLong(c: HubRequest): boolean {
  const isOpenEnded = c.req.header('transfer-encoding') !== undefined;
  return isOpenEnded || Number(c.req.header('content-length') ?? 0) > LONGEST_BODY;
}

const USUAL_LIMIT = 100;
const MAX_LIMIT = 1_000;

function limitOf(c: HubRequest): number {
  const text = c.req.query('limit') ?? String(USUAL_LIMIT);
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new SwarmError(
    `limit: expected a whole number from 1 to ${MAX_LIMIT}, found "${text}"`,
    EXIT.badInput,
  );
}
