import { Hono } from 'hono';
import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import { readSummary } from '../../operations/read-summary.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import type { PageData } from '../../view/page/page-data.ts';
import { describeOutcome } from '../../view/triggers/describe-firing.ts';
import { renderPage } from '../../web/render-document.tsx';
import { renderProblem, renderText } from '../../web/still-pages.tsx';
import type { HubEnv, HubRequest } from '../http/hub-env.ts';
import { listHistory } from '../http/trigger-api.ts';
import { findHubRun, findRepository, type HubContext, type Repository } from '../hub-context.ts';
import { listHubRuns } from '../live/list-hub-runs.ts';
import { toRunPageState } from '../live/run-state.ts';
import {
  readChecks,
  readLog,
  readMergeOutput,
  readReport,
  readTranscript,
} from './read-run-files.ts';
import { renderMarkdown } from './render-markdown.ts';

/** Runs on one page of the list. */
const PAGE = 50;

/** The pages for people. */
export function pageRoutes(context: HubContext): Hono<HubEnv> {
  const pages = new Hono<HubEnv>();
  const { repositories, version } = context;
  const common = () => ({ now: Date.parse(context.now()), version });
  pages.onError((error, c) => answerProblem(c, error, version));
  pages.get('/', (c) => {
    const { repo, before } = c.req.query();
    const among = repo === undefined ? repositories : [findRepository(repositories, repo)];
    const isFirst = before === undefined;
    const list = listHubRuns(among, { before, limit: PAGE });
    const named = repositories.map(({ name, host }) => ({ name, root: host.root }));
    const data = { ...common(), ...list, repositories: named, repo: repo ?? null, isFirst };
    return answerPage(c, { kind: 'runs', ...data });
  });
  pages.get('/triggers', (c) =>
    answerPage(c, { kind: 'triggers', ...common(), ...triggersOf(repositories) }),
  );
  for (const [path, kind] of [
    ['/runs/:run', 'run'],
    ['/runs/:run/timeline', 'timeline'],
  ] as const) {
    pages.get(path, (c) => {
      const { repository, run } = findHubRun(repositories, c.req.param('run'));
      return answerPage(c, { kind, ...common(), ...toRunPageState(repository, run) });
    });
  }
  addTexts(pages, context);
  return pages;
}

/** A page that is open asks for what it is drawn from. */
function answerPage(c: HubRequest, data: PageData): Response | Promise<Response> {
  return c.req.header('accept') === 'application/json' ? c.json(data) : c.html(renderPage(data));
}

/** Firings on the page. */
const HISTORY = 50;

function triggersOf(repositories: readonly Repository[]) {
  return {
    hasRepositories: repositories.length > 1,
    schedules: repositories.flatMap(({ name: repo, triggers }) =>
      triggers.book.schedules().map((schedule) => ({ repo, ...schedule })),
    ),
    webhooks: repositories.flatMap(({ name: repo, triggers }) =>
      triggers.book.webhooks().map((webhook) => ({ repo, ...webhook })),
    ),
    outbox: repositories.flatMap(({ name: repo, triggers }) => {
      const { pending, dead } = triggers.outbox();
      return [...dead, ...pending].map((entry) => ({ repo, ...entry }));
    }),
    history: listHistory(repositories, { limit: HISTORY }).map((firing) => ({
      ...firing,
      words: describeOutcome(firing),
    })),
    problems: repositories.flatMap(({ triggers }) => triggers.book.fileProblems()),
  };
}

/** Pages with one text: the summary, a log, or one about a task. */
function addTexts(pages: Hono<HubEnv>, { repositories, version, clientDir }: HubContext): void {
  const find = (c: HubRequest) => findHubRun(repositories, c.req.param('run') ?? '');
  const task = (c: HubRequest) => c.req.param('task') ?? '';
  const goalOf = ({ run }: ReturnType<typeof find>) => run.state.opened.goal;
  pages.get('/runs/:run/summary', async (c) => {
    const found = find(c);
    const { text } = readSummary(found.run, null, found.repository.host, () => {});
    const html = await renderMarkdown(text);
    const { run } = found.run.paths;
    return c.html(
      renderText({ version, run, tab: 'summary', title: goalOf(found), heading: 'Summary', html }),
    );
  });
  pages.get('/runs/:run/tasks/:task/report', async (c) => {
    const found = find(c);
    const html = await renderMarkdown(readReport(found.run, task(c)));
    const heading = `Report of ${task(c)}`;
    const { run } = found.run.paths;
    return c.html(renderText({ version, run, tab: null, title: goalOf(found), heading, html }));
  });
  const ofTask: Record<string, [heading: string, read: (run: RunHandle, task: string) => string]> =
    {
      checks: ['Checks of', readChecks],
      merge: ['Merge of', readMergeOutput],
      transcript: ['Transcript of', (run, id) => readTranscript(run, id, clientDir)],
    };
  for (const [name, [words, read]] of Object.entries(ofTask)) {
    pages.get(`/runs/:run/tasks/:task/${name}`, (c) => {
      const found = find(c);
      const plain = read(found.run, task(c));
      const heading = `${words} ${task(c)}`;
      const { run } = found.run.paths;
      return c.html(renderText({ version, run, tab: null, title: goalOf(found), heading, plain }));
    });
  }
  pages.get('/runs/:run/log', (c) => {
    const found = find(c);
    const plain = readLog(found.run);
    const { run } = found.run.paths;
    return c.html(
      renderText({ version, run, tab: 'log', title: goalOf(found), heading: 'Log', plain }),
    );
  });
}

/** @throws what is a fault of this program */
function answerProblem(c: HubRequest, error: unknown, version: string): Response {
  if (!(error instanceof SwarmError)) throw error;
  const status = error.exitCode === EXIT.notFound ? 404 : 400;
  return c.html(renderProblem(version, error.message), status);
}
