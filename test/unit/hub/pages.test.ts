import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadRun } from '../../../src/store/run-handle.ts';
import { type HubApp, makeHubApp } from '../../support/hub-app.ts';
import { BEARER } from '../../support/hub-process.ts';
import { at, completes, makeTask, mergeEvents, opened, RUN } from '../../support/run-events.ts';
import { append, storeRun } from '../../support/stored-run.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

let dir: TempDir;
let hub: HubApp;
let run: ReturnType<typeof storeRun>;

beforeEach(async () => {
  dir = await makeTempDir();
  const tasks = [makeTask('a'), makeTask('b', { needs: ['a'] }), makeTask('c')];
  run = storeRun(dir.path, [opened(tasks), ...['a', 'b', 'c'].flatMap(completes)]);
  hub = await makeHubApp([dir.path], { now: () => at(99) });
});
afterEach(async () => {
  expect(hub.faults).toEqual([]);
  await hub[Symbol.asyncDispose]();
  await dir.remove();
});

async function read(path: string): Promise<{ status: number; text: string }> {
  const answer = await hub.fetch(`/runs/${RUN}${path}`, {
    headers: { ...BEARER, accept: 'text/html' },
  });
  return { status: answer.status, text: await answer.text() };
}

describe('the merge of a run', () => {
  it('is shown with what became of each branch, and why', async () => {
    mkdirSync(run.paths.checks, { recursive: true });
    writeFileSync(join(run.paths.checks, 'b.log'), 'expected <b>4</b>');
    append(
      run.paths,
      ...mergeEvents(RUN, {
        a: {},
        b: { outcome: 'reverted', output: 'checks/b.log' },
        c: { outcome: 'conflict', others: ['a'], files: ['src/x.ts'] },
      }),
    );
    const { text } = await read('');
    expect(text).toContain('conflicts with a in src/x.ts');
    expect(text).toContain(`href="/runs/${RUN}/tasks/b/merge"`);
    expect(text).toContain(`swarm/${RUN}/merged`);
    expect((await read('/tasks/b/merge')).text).toContain('expected &lt;b>4&lt;/b>');
    expect((await read('/tasks/a/merge')).status).toBe(404);
  });

  it('is not mentioned before there is one', async () => {
    expect((await read('')).text).not.toContain('id="merge"');
    expect((await read('/tasks/b/merge')).status).toBe(404);
  });
});

describe("an agent's transcript", () => {
  it('is shown as text, cut like in a terminal', async () => {
    expect((await read('')).text).toContain(`href="/runs/${RUN}/tasks/a/transcript"`);
    const project = join(dir.path, 'claude', 'projects', 'p', 'session-1', 'subagents');
    mkdirSync(project, { recursive: true });
    const content = [{ type: 'text', text: 'I found <script>alert(1)</script>.' }];
    const line = JSON.stringify({ type: 'assistant', message: { content } });
    writeFileSync(join(project, 'agent-agent-a.jsonl'), `${line}\n{"torn`);
    const { text } = await read('/tasks/a/transcript');
    expect(text).toContain('I found &lt;script>alert(1)&lt;/script>.');
    expect(text).not.toContain('torn');
  });

  it('is missing where the client has none', async () => {
    expect(await read('/tasks/b/transcript')).toMatchObject({
      status: 404,
      text: expect.stringContaining('Claude Code has none, or has removed it'),
    });
    expect((await read('/tasks/none/transcript')).status).toBe(404);
  });
});

describe('a rerun', () => {
  const post = (path: string) => hub.call(`/api/v1/runs/${RUN}/${path}`, { method: 'POST' });
  const asked = () =>
    [...loadRun(run.paths).state.tasks.values()]
      .filter(({ rerunRequestedAfter }) => rerunRequestedAfter !== null)
      .map(({ plan }) => plan.id);

  it('is offered for a completed task, with its dependents if it has some', async () => {
    const { text } = await read('');
    const offered = [...text.matchAll(/tasks\/(\w)\/(rerun[\w-]*)"/g)].map(([, ...one]) => one);
    expect(offered).toEqual([
      ['a', 'rerun'],
      ['a', 'rerun-with-dependents'],
      ['c', 'rerun'],
      ['b', 'rerun'],
    ]);
  });

  it('is asked for', async () => {
    expect(await post('tasks/a/rerun')).toMatchObject({ status: 200, body: { retried: ['a'] } });
    expect(asked()).toEqual(['a']);
    expect(await post('tasks/c/rerun-with-dependents')).toMatchObject({ body: { retried: ['c'] } });
    expect(await post('tasks/none/rerun')).toMatchObject({ status: 404 });
  });

  it('includes the tasks that need it', async () => {
    const { body } = await post('tasks/a/rerun-with-dependents');
    expect(body.retried).toEqual(['a', 'b']);
    expect(asked()).toEqual(['a', 'b']);
  });
});
