import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toStatusDocument } from '../../../src/run/status-document.ts';
import { loadRun } from '../../../src/store/run-handle.ts';
import { markActive } from '../../../src/store/run-index.ts';
import { runPaths } from '../../../src/store/run-paths.ts';
import { type HubApp, makeHubApp } from '../../support/hub-app.ts';
import { BEARER } from '../../support/hub-process.ts';
import {
  at,
  checkpoint,
  completes,
  ended,
  gateAsked,
  launched,
  NO_RETRY,
  opened,
  started,
} from '../../support/run-events.ts';
import { append, storeRun } from '../../support/stored-run.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';
import { waitUntil } from '../../support/wait-until.ts';

const FIRST = '20261122-181530-000001';
const SECOND = '20261122-181530-000002';
const THIRD = '20261122-181530-000003';

let dirs: TempDir[];
let hub: HubApp;

beforeEach(async () => {
  dirs = [await makeTempDir(), await makeTempDir()];
  store(0, FIRST);
  store(1, SECOND);
  store(0, THIRD);
  hub = await makeHubApp(
    dirs.map(({ path }) => path),
    { now: () => at(99) },
  );
});
afterEach(async () => {
  expect(hub.faults).toEqual([]);
  await hub[Symbol.asyncDispose]();
  await Promise.all(dirs.map((dir) => dir.remove()));
});

function store(index: number, run: string) {
  const { paths } = storeRun(root(index), [opened(['a', 'b'], { run, policy: NO_RETRY })], run);
  markActive(paths);
}

const root = (index: number) => dirs[index]?.path ?? '';
const runsOf = async (query: string) => {
  const { body } = await hub.call(`/api/v1/runs${query}`);
  const { runs, next, total } = body as { runs: { run: string; repo: string }[] } & Record<
    string,
    unknown
  >;
  return { runs: runs.map(({ run, repo }) => `${repo} ${run.slice(-1)}`), next, total };
};

describe('GET /api/v1/runs', () => {
  it('lists the runs of all repositories, newest first', async () => {
    expect(await runsOf('')).toEqual({
      runs: ['repo-1 3', 'repo-2 2', 'repo-1 1'],
      next: null,
      total: 3,
    });
    expect((await runsOf('?repo=repo-2')).runs).toEqual(['repo-2 2']);
  });

  it('has pages', async () => {
    const first = await runsOf('?limit=2');
    expect(first).toEqual({ runs: ['repo-1 3', 'repo-2 2'], next: SECOND, total: 3 });
    expect(await runsOf(`?limit=2&before=${first.next}`)).toMatchObject({
      runs: ['repo-1 1'],
      next: null,
    });
  });

  it.each([
    ['?limit=0', 400],
    ['?limit=x', 400],
    ['?repo=other', 404],
    ['/nothing', 404],
    ['/20261122-181530-999999', 404],
    [`/${FIRST}/explode`, 404],
    ['/../../etc/passwd', 404],
    ['/%2e%2e%2f%2e%2e', 400],
  ])('answers %s with %i and a reason', async (path, status) => {
    const answer = await hub.call(`/api/v1/runs${path}`);
    expect(answer).toEqual({ status, body: { error: { message: expect.any(String) } } });
  });

  it('is answered with 304 while nothing has changed', async () => {
    const tagOf = async (headers = {}) => {
      const answer = await hub.fetch('/api/v1/runs', { headers: { ...BEARER, ...headers } });
      return [answer.status, answer.headers.get('etag')] as const;
    };
    const [, tag] = await tagOf();
    expect(await tagOf({ 'If-None-Match': tag ?? '' })).toEqual([304, tag]);
    append(runPaths(root(0), FIRST), launched('a'), started('a'));
    expect((await tagOf({ 'If-None-Match': tag ?? '' }))[0]).toBe(200);
  });
});

describe('GET /api/v1/runs/<id>', () => {
  it('answers the status document, at once after a change', async () => {
    const paths = runPaths(root(1), SECOND);
    append(paths, launched('a'), started('a'), checkpoint('a', 30));
    const { body } = await hub.call(`/api/v1/runs/${SECOND}`);
    expect(body).toEqual(JSON.parse(JSON.stringify(toStatusDocument(loadRun(paths).state))));
  });

  it('has the summary of the run', async () => {
    const { body } = await hub.call(`/api/v1/runs/${FIRST}/summary`);
    expect(JSON.stringify(body)).toContain('Reach the goal');
  });
});

it('records who decided at a gate, and from where', async () => {
  const paths = runPaths(root(0), FIRST);
  const asked = gateAsked('a', { gate: 'toolu_g', command: 'git push --force', directory: '' });
  append(paths, launched('a'), started('a'), asked, ended('a'));
  const target = `/api/v1/runs/${FIRST}/tasks/a/approve`;
  expect(await hub.call(target, { method: 'POST' })).toMatchObject({ status: 200 });
  const last = readFileSync(paths.ledger, 'utf8').trim().split('\n').at(-1) ?? '';
  expect(JSON.parse(last)).toMatchObject({
    event: 'gate.approved',
    by: 'the API from this process',
  });
  expect((await hub.call(target, { method: 'POST' })).status).toBe(400);
});

describe('/events', () => {
  interface Events {
    all: { event: string; data: Record<string, unknown> }[];
    end(): Promise<void>;
  }

  /** Reads a stream in the background. */
  async function read(path: string): Promise<Events> {
    const response = await hub.fetch(path, { headers: BEARER });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const reader = response.body?.getReader();
    const all: Events['all'] = [];
    let text = '';
    void (async () => {
      for (;;) {
        const part = await reader?.read();
        if (!part || part.done) return;
        text += Buffer.from(part.value);
        const blocks = text.split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) {
          const [, event, data] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
          if (event && data) all.push({ event, data: JSON.parse(data) });
        }
      }
    })();
    return { all, end: async () => void (await reader?.cancel()) };
  }

  it('has a row of the list for each change of any run', async () => {
    const events = await read('/events');
    append(runPaths(root(1), SECOND), ...completes('a'));
    const last = () =>
      events.all.findLast(({ event }) => event === 'run')?.data as
        | { counts?: { completed: number } }
        | undefined;
    await waitUntil(() => last()?.counts?.completed === 1, { state: () => events.all });
    expect(last()).toMatchObject({ repo: 'repo-2', run: SECOND, status: 'working' });
    expect(events.all[0]).toEqual({ event: 'hello', data: { version: '0.0.0' } });
    expect(hub.streams.count).toBe(1);
    await events.end();
    expect(hub.streams.count).toBe(0);
  });

  it('of one run have its whole document first, then the changed tasks', async () => {
    const events = await read(`/events?run=${FIRST}`);
    const tasks = () =>
      events.all
        .filter(({ event }) => event === 'run')
        .map(({ data }) =>
          (data as { status: { tasks: { id: string }[] } }).status.tasks.map(({ id }) => id),
        );
    await waitUntil(() => tasks().length === 1);
    append(runPaths(root(0), FIRST), launched('b'), started('b'));
    append(runPaths(root(0), THIRD), launched('a'));
    await waitUntil(() => tasks().length > 1);
    expect(tasks().slice(0, 2)).toEqual([['a', 'b'], ['b']]);
    await events.end();
  });

  it('of a run that does not exist are refused', async () => {
    expect((await hub.call('/events?run=20261122-181530-999999')).status).toBe(404);
  });

  it('are dropped when nobody reads them', async () => {
    const response = hub.streams.open((send) => {
      for (let index = 0; index < 40; index++) send('large', { text: 'x'.repeat(50_000) });
      return () => {};
    });
    await expect(response.text()).rejects.toThrow('does not read');
    expect(hub.streams.count).toBe(0);
  });
});

describe('/mcp', () => {
  const answer = async (path: string) => {
    const response = await hub.fetch(path, { method: 'POST', headers: BEARER });
    return [response.status, await response.text()] as const;
  };

  it('is the server of the first repository, and of any other by its name', async () => {
    expect(await answer('/mcp')).toEqual([200, `from mcp in ${root(0)}`]);
    expect(await answer('/mcp/repo-1')).toEqual([200, `from mcp in ${root(0)}`]);
    expect(await answer('/mcp/repo-2')).toEqual([200, `from mcp in ${root(1)}`]);
  });

  it('names the repositories if there is no such one', async () => {
    const [status, text] = await answer('/mcp/repo-3');
    expect(status).toBe(404);
    expect(text).toContain('repo-1, repo-2');
  });
});
