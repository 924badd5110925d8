import { existsSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { describe, expect, it, test } from 'vitest';
import { DEFAULT_WORKER_OPTIONS } from '../../src/claude/command-line.ts';
import type { Config } from '../../src/config/config-schema.ts';
import type { LedgerEvent } from '../../src/ledger/events.ts';
import { toStatusDocument } from '../../src/run/status-document.ts';
import { loadRun, type RunHandle } from '../../src/store/run-handle.ts';
import { listRuns } from '../../src/store/run-index.ts';
import type { RunPaths } from '../../src/store/run-paths.ts';
import { ALL_TEXT, readDocument, rows } from '../support/documents.ts';
import { fakeClient } from '../support/fake-client.ts';
import { startRawClient, TASKS } from '../support/mcp-client.ts';
import { ended, gateAsked, launched, NO_RETRY, opened, started } from '../support/run-events.ts';
import { storeRun } from '../support/stored-run.ts';
import { makeStage, type RunStage } from '../support/swarm-run.ts';
import { PROJECT } from '../support/swarm-session.ts';
import { waitUntil } from '../support/wait-until.ts';

/** The MCP server as any client sees it, with a fake client as the workers of its runs. */

const TIMEOUT = { timeout: 120_000 };
const FULL = { elicitation: { form: {} }, extensions: { [TASKS]: {} } };

const WEEK = 7 * 24 * 60 * 60 * 1_000;

const one = { id: 'one', title: 'Do the first thing', brief: '## Not a task\nSay something.' };
const START = { goal: 'Test the server', tasks: [one] };
const call = (name: string, args: object = {}) => ({ name, arguments: args });

/** @param body what the worker of task `one` does */
const stageOf = (body: string, config: Config = {}) =>
  makeStage({ plan: '', fakeClient: fakeClient({ one: body }), config });
const REPORTS = `report('# Found it');`;
/** Works until it is killed or the file `go` exists. */
const WAITS = `setInterval(() => require('node:fs').existsSync('go') && (report('gone on'), process.exit(0)), 20);`;

test('a start returns a task, and any later server has its result', TIMEOUT, async () => {
  await using stage = await stageOf(WAITS);
  const first = await startRawClient(stage, FULL);
  const { result: task } = await first.request('tools/call', call('swarm_start', START));
  expect(task).toMatchObject({ resultType: 'task', status: 'working' });
  expect(task.ttlMs).toBeGreaterThanOrEqual(WEEK);
  const { taskId } = task;
  expect(stage.readRun().id).toBe(taskId);
  await first.kill();

  await using second = await startRawClient(stage, FULL);
  const { result: working } = await second.request('tasks/get', { taskId });
  expect(working).toMatchObject({ resultType: 'complete', taskId, status: 'working' });
  stage.write('go', '');
  let settled = working;
  while (settled.status === 'working') {
    settled = (await second.request('tasks/get', { taskId })).result;
  }
  expect(settled).toMatchObject({
    status: 'completed',
    result: { isError: false, structuredContent: { status: 'completed', run: taskId } },
  });
  const uri = `swarm://runs/${taskId}/reports/one`;
  // The result of the MCP task must match the output schema of the tool that was called.
  const { tools } = (await second.request('tools/list')).result;
  const { outputSchema } = tools.find(({ name }: { name: string }) => name === 'swarm_start');
  const keys = Object.keys(settled.result.structuredContent);
  expect(Object.keys(outputSchema.properties)).toEqual(expect.arrayContaining(keys));
  expect(keys).toEqual(expect.arrayContaining(outputSchema.required));
  expect(settled.result.content).toContainEqual(
    expect.objectContaining({ type: 'resource_link', uri }),
  );
  const { result: read } = await second.request('resources/read', { uri });
  expect(read.contents[0].text).toBe('gone on');
  await waitUntil(() => stage.leftovers().length <= 1);
});

test('a failed run is a completed MCP task whose result is an error', TIMEOUT, async () => {
  await using stage = await stageOf(`process.exit(3);`);
  await using client = await startRawClient(stage, {});
  const { result } = await client.request(
    'tools/call',
    call('swarm_start', { ...START, wait: 50 }),
  );
  expect(result.structuredContent).toMatchObject({ status: 'failed' });
  await using modern = await startRawClient(stage, FULL);
  const { run: taskId } = result.structuredContent;
  const { result: task } = await modern.request('tasks/get', { taskId });
  expect(task).toMatchObject({ status: 'completed', result: { isError: true } });
});

test('a client without tasks starts a run, waits and reads the report', TIMEOUT, async () => {
  await using stage = await stageOf(REPORTS);
  await using client = await startRawClient(stage, null);
  const { result: started } = await client.request('tools/call', {
    ...call('swarm_start', { ...START, wait: 50 }),
    _meta: { progressToken: 'p' },
  });
  expect(started.structuredContent).toMatchObject({ status: 'completed' });
  const first = await client.notified('notifications/progress');
  const second = await client.notified('notifications/progress');
  expect(first).toMatchObject({ progressToken: 'p', total: 1 });
  expect(Number(second.progress)).toBeGreaterThan(Number(first.progress));
  const { run } = started.structuredContent;
  const { result: list } = await client.request('tools/call', call('swarm_list'));
  expect(list.structuredContent.runs).toEqual([
    expect.objectContaining({ run, status: 'completed', goal: START.goal }),
  ]);
  const report = await client.request('tools/call', call('swarm_result', { run, task: 'one' }));
  expect(report.result.structuredContent).toMatchObject({ text: '# Found it', isWhole: true });
  const { result: summary } = await client.request('tools/call', call('swarm_result'));
  expect(summary.structuredContent.text).toContain(START.goal);
  expect(stage.readRun().state.tasks.get('one')?.plan.brief).toContain('### Not a task');
});

test('two starts with the same key return one run', TIMEOUT, async () => {
  await using stage = await stageOf(WAITS);
  await using a = await startRawClient(stage, FULL);
  await using b = await startRawClient(stage, FULL);
  const start = (more: object) => call('swarm_start', { ...START, key: 'nightly', ...more });
  const starts = await Promise.all(
    [a, b, a, b].map((client) => client.request('tools/call', start({}))),
  );
  const ids = new Set(starts.map(({ result }) => result.taskId));
  expect(ids.size).toBe(1);
  expect(listRuns(stage.repo.path)).toHaveLength(1);
  const other = await a.request('tools/call', start({ goal: 'Another' }));
  expect(other.result).toMatchObject({ isError: true });
  expect(other.result.content[0].text).toContain('with another plan');
  const [taskId] = ids;
  expect((await b.request('tasks/cancel', { taskId })).result.resultType).toBe('complete');
  await waitUntil(() => stage.readRun().status.status === 'cancelled');
  expect((await a.request('tasks/get', { taskId })).result.status).toBe('cancelled');
  await waitUntil(() => stage.leftovers().length === 2);
});

/** The supervisor of a run that has ended may still write its projections. */
const REMOVE = { recursive: true, maxRetries: 5 };

test('concurrent starts with the key of a removed run share one new run', TIMEOUT, async () => {
  await using stage = await stageOf(REPORTS);
  await using client = await startRawClient(stage, null);
  const start = async () => {
    const args = { ...START, key: 'nightly', wait: 50 };
    const { result } = await client.request('tools/call', call('swarm_start', args));
    return result.structuredContent;
  };
  const first = await start();
  expect(await start()).toEqual(first);
  rmSync(stage.readRun().dir, REMOVE);
  const again = await Promise.all([start(), start(), start()]);
  expect(again.map(({ run, status }) => [run, status])).toEqual(
    again.map(() => [stage.readRun().id, 'completed']),
  );
  expect(again[0].run).not.toBe(first.run);
  rmSync(stage.readRun().dir, REMOVE);
  expect((await stage.swarm('prune')).stdout).toMatch(
    /^removed 1 idempotency key of deleted runs$/m,
  );
  expect(readdirSync(join(stage.repo.path, '.swarm', 'keys'))).toEqual([]);
  expect((await start()).status).toBe('completed');
});

test(
  'cancelling a waiting start cancels the run, a waiting status call does not',
  TIMEOUT,
  async () => {
    await using stage = await stageOf(WAITS);
    await using client = await startRawClient(stage, {});
    void client.request('tools/call', call('swarm_start', { ...START, wait: 50 }));
    const requestId = client.lastId();
    await waitUntil(() => stage.readRun().status.counts.working === 1);
    void client.request('tools/call', call('swarm_status', { wait: 50 }));
    client.notify('notifications/cancelled', { requestId: client.lastId() });
    const { result } = await client.request('tools/call', call('swarm_status'));
    expect(result.structuredContent.status).toBe('working');
    client.notify('notifications/cancelled', { requestId });
    await waitUntil(() => stage.readRun().status.status === 'cancelled');
    await waitUntil(() => stage.leftovers().length === 1);
  },
);

test('a run survives a client that disconnects while waiting', TIMEOUT, async () => {
  await using stage = await stageOf(WAITS);
  const client = await startRawClient(stage, {});
  void client.request('tools/call', call('swarm_start', { ...START, wait: 50 }));
  await waitUntil(() => stage.readRun().status.counts.working === 1);
  await client[Symbol.asyncDispose]();
  stage.write('go', '');
  await waitUntil(() => stage.readRun().status.status === 'completed');
});

test('offers tasks only to clients with the extension', TIMEOUT, async () => {
  await using stage = await stageOf(REPORTS);
  await using client = await startRawClient(stage, { elicitation: {} });
  const { result } = await client.request('tools/call', call('swarm_start', START));
  expect(result.structuredContent).toMatchObject({ status: 'working' });
  const params = { taskId: result.structuredContent.run };
  for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
    const { error } = await client.request(method, params);
    expect(error).toMatchObject({ code: -32021, data: { requiredCapabilities: {} } });
  }
  expect((await client.request('tasks/list')).error.code).toBe(-32601);
});

test('a client of 2025-11-25 gets no tasks, whatever it declares', TIMEOUT, async () => {
  await using stage = await stageOf(REPORTS);
  await using client = await startRawClient(stage, 'silent');
  await client.request('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: { extensions: { [TASKS]: {} } },
    clientInfo: { name: 'test', version: '1' },
  });
  const { result } = await client.request(
    'tools/call',
    call('swarm_start', { ...START, wait: 50 }),
  );
  expect(result.structuredContent).toMatchObject({ status: 'completed' });
});

test('answers invalid requests with the right error and keeps serving', TIMEOUT, async () => {
  await using stage = await stageOf(REPORTS);
  await using client = await startRawClient(stage, FULL);
  const error = async (method: string, params: object) =>
    (await client.request(method, params as never)).error;
  const failure = async (name: string, args: object) => {
    const { result } = await client.request('tools/call', call(name, args));
    return result.isError ? result.content[0].text : result;
  };
  expect(await error('no/such', {})).toMatchObject({ code: -32601 });
  expect(await error('tools/call', call('no_such'))).toMatchObject({ code: -32602 });
  expect(await error('tools/call', { arguments: {} })).toMatchObject({ code: -32602 });
  for (const taskId of ['x', '../..', '20261122-181530-412abc', '/etc/passwd']) {
    for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
      expect(await error(method, { taskId, inputResponses: {} })).toMatchObject({ code: -32602 });
    }
    expect(await failure('swarm_status', { run: taskId })).toMatch(/expected a run id such|no run/);
    for (const path of ['summary', 'reports/one', 'reports/../../plan', 'ledger.jsonl']) {
      const uri = `swarm://runs/${taskId}/${path}`;
      expect(await error('resources/read', { uri })).toMatchObject({ code: -32602 });
    }
  }
  expect(await error('resources/read', { uri: 'file:///etc/passwd' })).toMatchObject({
    code: -32602,
  });
  expect(await error('tasks/get', {})).toMatchObject({ code: -32602 });
  expect(await failure('swarm_start', {})).toContain('either plan, or goal and tasks');
  expect(await failure('swarm_start', { ...START, tasks: [] })).toContain('No run was created');
  expect(await failure('swarm_start', { plan: 'x'.repeat(2_000_001) })).toContain('2000000');
  expect(await failure('swarm_start', { ...START, odd: 1 })).toContain('odd');
  expect(await client.request('tools/call', call('swarm_list'))).toMatchObject({
    result: { structuredContent: { runs: [] } },
  });
  expect(existsSync(join(stage.repo.path, '.swarm'))).toBe(false);
});

describe('a malformed message', () => {
  it.each([
    ['not JSON at all', -32700],
    ['{"jsonrpc":"2.0","id":1,"method":', -32700],
    ['{"jsonrpc":"1.0"}', -32600],
    ['{"jsonrpc":"2.0","id":99,"method":7}', -32600],
    ['[]', -32600],
    ['7', -32600],
  ])('%s gets an error, and the next request is answered', TIMEOUT, async (line, code) => {
    await using stage = await stageOf(REPORTS);
    await using client = await startRawClient(stage, FULL);
    client.send('');
    client.send(line);
    expect((await client.answered()).error.code).toBe(code);
    client.send(`${line}\r\n${line}`);
    expect((await client.answered()).error.code).toBe(code);
    expect((await client.answered()).error.code).toBe(code);
    expect((await client.request('tools/list')).result.tools).toHaveLength(8);
  });

  it('that is too large gets an error, and the server exits', TIMEOUT, async () => {
    await using stage = await stageOf(REPORTS);
    await using client = await startRawClient(stage, FULL);
    client.send('x'.repeat(11 * 1024 * 1024));
    expect((await client.answered()).error.message).toContain('too large');
  });
});

describe('before initialization', () => {
  it('a client of 2025-11-25 must initialize before it is served', TIMEOUT, async () => {
    await using stage = await stageOf(REPORTS);
    await using client = await startRawClient(stage, 'silent');
    for (const method of ['tools/list', 'tools/call', 'resources/list', 'tasks/get']) {
      const { error } = await client.request(method, call('swarm_start', START));
      expect(error).toMatchObject({
        code: -32600,
        message: expect.stringContaining(`initialize first, found ${method}`),
      });
    }
    expect(existsSync(join(stage.repo.path, '.swarm'))).toBe(false);
    const { result } = await client.request('initialize', {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'test', version: '1' },
    });
    expect(result.protocolVersion).toBe('2025-11-25');
    expect((await client.request('tools/list')).result.tools).toHaveLength(8);
  });

  it('a client of 2026-07-28 needs none if its first call identifies it', TIMEOUT, async () => {
    await using stage = await stageOf(REPORTS);
    await using client = await startRawClient(stage, 'silent');
    const _meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };
    expect((await client.request('tools/list', { _meta })).error.code).toBe(-32602);
    await using whole = await startRawClient(stage, FULL);
    expect((await whole.request('tools/list')).result.tools).toHaveLength(8);
  });
});

test('does not read a report that links to a file outside of the run', TIMEOUT, async () => {
  await using stage = await stageOf(REPORTS);
  await using client = await startRawClient(stage, {});
  const { result } = await client.request(
    'tools/call',
    call('swarm_start', { ...START, wait: 50 }),
  );
  const { run } = result.structuredContent;
  const outside = join(stage.repo.path, 'secret.txt');
  writeFileSync(outside, 'secret');
  const file = join(stage.readRun().dir, 'results', 'one.md');
  rmSync(file);
  symlinkSync(outside, file);
  const uri = `swarm://runs/${run}/reports/one`;
  expect((await client.request('resources/read', { uri })).error.code).toBe(-32602);
  const { result: report } = await client.request(
    'tools/call',
    call('swarm_result', { run, task: 'one' }),
  );
  expect(report.isError).toBe(true);
});

test('serves ten clients at once', { ...TIMEOUT, tags: ['long'] }, async () => {
  await using stage = await stageOf(REPORTS);
  const clients = await Promise.all(
    Array.from({ length: 10 }, (_, index) => startRawClient(stage, index % 2 ? FULL : null)),
  );
  const starts = clients.map((client, index) =>
    client.request('tools/call', call('swarm_start', { ...START, key: `k${index % 5}` })),
  );
  const ids = (await Promise.all(starts)).map(
    ({ result }) => result.taskId ?? result.structuredContent.run,
  );
  expect(new Set(ids).size).toBe(5);
  for (const client of clients) await client[Symbol.asyncDispose]();
  const lists = async () => {
    await using client = await startRawClient(stage, {});
    const { result } = await client.request('tools/call', call('swarm_list'));
    return result.structuredContent.runs.map(({ status }: { status: string }) => status);
  };
  while ((await lists()).some((status: string) => status !== 'completed'));
});

test.each([
  ['2025-11-25', null],
  ['2026-07-28', FULL],
])('notifies subscribers under %s that a summary changed', TIMEOUT, async (_, capabilities) => {
  await using stage = await stageOf(WAITS);
  await using client = await startRawClient(stage, capabilities);
  const { result } = await client.request('tools/call', call('swarm_start', START));
  const uri = `swarm://runs/${result.taskId ?? result.structuredContent.run}/summary`;
  if (capabilities) {
    void client.request('subscriptions/listen', {
      notifications: { resourceSubscriptions: [uri] },
    });
    await client.notified('notifications/subscriptions/acknowledged');
  } else await client.request('resources/subscribe', { uri });
  stage.write('go', '');
  expect(await client.notified('notifications/resources/updated')).toMatchObject({ uri });
  await waitUntil(() => stage.readRun().status.status === 'completed');
});

test('notifies subscribers of a task about each change', TIMEOUT, async () => {
  await using stage = await stageOf(WAITS);
  await using client = await startRawClient(stage, FULL);
  const { result } = await client.request('tools/call', call('swarm_start', START));
  const { taskId } = result;
  const listen = { notifications: { taskIds: [taskId, '20261122-181530-412abc'] } };
  void client.request('subscriptions/listen', listen);
  const subscription = client.lastId();
  const { notifications } = await client.notified('notifications/subscriptions/acknowledged');
  expect(notifications).toEqual({ taskIds: [taskId] });
  const told = async (isIt: (task: Record<string, unknown>) => boolean) => {
    for (;;) {
      const task = await client.notified('notifications/tasks');
      if (isIt(task)) return task;
    }
  };
  await told(({ statusMessage }) => String(statusMessage).includes('one 0%'));
  stage.write('go', '');
  const { _meta, lastUpdatedAt, ...last } = await told(({ status }) => status !== 'working');
  expect(lastUpdatedAt).toEqual(expect.any(String));
  expect(_meta).toEqual({ 'io.modelcontextprotocol/subscriptionId': subscription });
  // Events that the supervisor appends after the end of the task change only `lastUpdatedAt`.
  const { result: asked } = await client.request('tasks/get', { taskId });
  expect(asked).toMatchObject(last);
  expect(last).toMatchObject({ taskId, status: 'completed', result: { isError: false } });
});

test('only clients with the extension can subscribe to tasks', TIMEOUT, async () => {
  await using stage = await stageOf(REPORTS);
  await using client = await startRawClient(stage, {});
  const listen = { notifications: { taskIds: ['20261122-181530-412abc'] } };
  const { error } = await client.request('subscriptions/listen', listen);
  expect(error).toMatchObject({
    code: -32021,
    data: { requiredCapabilities: { extensions: { [TASKS]: {} } } },
  });
});

test('offers an agent of a run only the read-only tools', TIMEOUT, async () => {
  await using stage = await stageOf(REPORTS);
  const env = { ...stage.env, SWARM_ATTEMPT: 'a1' };
  await using client = await startRawClient({ env, repo: stage.repo }, FULL);
  const { result } = await client.request('tools/list');
  const names = result.tools.map(({ name }: { name: string }) => name);
  expect(names).toEqual(['swarm_status', 'swarm_result', 'swarm_list']);
  expect((await client.request('tools/call', call('swarm_start', START))).error.code).toBe(-32602);
});

/** A run of one task whose supervisor is gone and that has been idle for a minute. */
function abandoned(root: string, more: LedgerEvent[] = [], policy = NO_RETRY): RunHandle {
  const minuteAgo = new Date(Date.now() - 60_000).toISOString();
  const plan = opened(['one'], { at: minuteAgo, session: null, policy });
  return storeRun(root, [
    plan,
    {
      event: 'supervisor.started',
      at: plan.at,
      supervisor: 's1',
      process: { pid: 2 ** 22 - 1, startedAt: '1' },
      replaces: null,
      maxParallel: 1,
      options: DEFAULT_WORKER_OPTIONS,
    },
    ...more,
  ]);
}

const COMMAND = 'git push --force origin main';
/** The same with a pending gate. */
const waiting = (root: string, policy = NO_RETRY) =>
  abandoned(
    root,
    [launched('one'), started('one'), gateAsked('one', { command: COMMAND }), ended('one')],
    policy,
  );

const statusOf = (paths: RunPaths) => toStatusDocument(loadRun(paths).state).status;

describe('the TTL of a task', () => {
  it('expires some time after the end of its run, which is kept', TIMEOUT, async () => {
    await using stage = await stageOf(REPORTS, { mcp: { taskTtl: '1ms' } });
    await using client = await startRawClient(stage, FULL);
    const start = () => client.request('tools/call', call('swarm_start', { ...START, key: 'k' }));
    const { taskId } = (await start()).result;
    await waitUntil(() => stage.readRun().status.status === 'completed');
    for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
      const { error } = await client.request(method, { taskId, inputResponses: {} });
      expect(error.code).toBe(-32602);
      expect(error.message).toMatch(/^Failed to retrieve task: task has expired/);
    }
    const { result } = await client.request('tools/call', call('swarm_result', { run: taskId }));
    expect(result.structuredContent).toMatchObject({ run: taskId, status: 'completed' });
    expect((await start()).result).toMatchObject({
      resultType: 'complete',
      structuredContent: { run: taskId, status: 'completed' },
    });
  });

  it('does not expire while the run waits for a person', TIMEOUT, async () => {
    await using stage = await stageOf(REPORTS);
    const { paths } = waiting(stage.repo.path, { ...NO_RETRY, mcp: { taskTtl: 1 } });
    await using client = await startRawClient(stage, FULL);
    const { result } = await client.request('tasks/get', { taskId: paths.run });
    expect(result.status).toBe('input_required');
    const age = Date.now() - Date.parse(result.createdAt);
    expect(age).toBeGreaterThan(1_000);
    expect(result.ttlMs).toBeGreaterThan(age - 1_000);
  });
});

describe('swarm_answer', () => {
  type Answer = { action: string; content?: { decision: string } };

  /** The official client, whose user gives this answer. */
  async function ask(stage: RunStage, mode: object, answer: Answer | null) {
    const { paths } = waiting(stage.repo.path);
    const capabilities = answer ? { elicitation: { form: {} } } : {};
    const client = new Client({ name: 'test', version: '1' }, { capabilities, ...mode });
    const seen: string[] = [];
    if (answer) {
      client.setRequestHandler('elicitation/create', ({ params }) => {
        seen.push(params.message);
        return answer as never;
      });
    }
    const { env, repo } = stage;
    await client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: [`${PROJECT}/bin/swarm`, 'mcp'],
        cwd: repo.path,
        env: env as Record<string, string>,
      }),
    );
    const result = await client.callTool({
      name: 'swarm_answer',
      arguments: { run: paths.run, task: 'one' },
    });
    await client.close();
    return { result, seen, paths };
  }

  const MODES: [string, object][] = [
    ['2025-11-25', {}],
    ['2026-07-28', { versionNegotiation: { mode: { pin: '2026-07-28' } } }],
  ];

  describe.each(MODES)('as of %s', (_, mode) => {
    it('resumes the run when the person approves', TIMEOUT, async () => {
      await using stage = await stageOf(REPORTS);
      const answer = { action: 'accept', content: { decision: 'approve' } };
      const { result, seen } = await ask(stage, mode, answer);
      expect(seen).toEqual([expect.stringContaining(COMMAND)]);
      expect(result.structuredContent).toMatchObject({ decision: 'approved' });
      await waitUntil(() => stage.readRun().status.status === 'completed');
    });

    it('fails the task when the person denies', TIMEOUT, async () => {
      await using stage = await stageOf(REPORTS);
      const answer = { action: 'accept', content: { decision: 'deny' } };
      const { result } = await ask(stage, mode, answer);
      expect(result.structuredContent).toMatchObject({ decision: 'denied' });
      await waitUntil(() => stage.readRun().status.status === 'failed');
    });

    it('decides nothing if the form is closed or the client has no forms', TIMEOUT, async () => {
      await using stage = await stageOf(REPORTS);
      const closed = await ask(stage, mode, { action: 'cancel' });
      expect(closed.result.structuredContent).toMatchObject({ decision: 'none' });
      expect(statusOf(closed.paths)).toBe('input_required');
      await using other = await stageOf(REPORTS);
      const { result: told, paths } = await ask(other, mode, null);
      expect(told.isError).toBe(true);
      expect(JSON.stringify(told.content)).toContain(
        `only a person can decide about ${paths.run}/one`,
      );
      expect(statusOf(paths)).toBe('input_required');
    });
  });

  it('asks through the task, and ignores the answer to another question', TIMEOUT, async () => {
    await using stage = await stageOf(REPORTS);
    const { paths } = waiting(stage.repo.path);
    await using client = await startRawClient(stage, FULL);
    const params = { taskId: paths.run };
    const { result } = await client.request('tasks/get', params);
    expect(result.status).toBe('input_required');
    const [key = ''] = Object.keys(result.inputRequests);
    const approve = { action: 'accept', content: { decision: 'approve' } };
    await client.request('tasks/update', { ...params, inputResponses: { other: approve } });
    expect(statusOf(paths)).toBe('input_required');
    await client.request('tasks/update', { ...params, inputResponses: { [key]: approve } });
    await waitUntil(() => stage.readRun().status.status === 'completed');
  });
});

test('offers to resume a run whose supervisor is gone', TIMEOUT, async () => {
  await using stage = await stageOf(REPORTS);
  const { paths } = abandoned(stage.repo.path);
  await using client = await startRawClient(stage, FULL);
  const params = { taskId: paths.run };
  const { result: asked } = await client.request('tasks/get', params);
  expect(asked.status).toBe('input_required');
  const [key = ''] = Object.keys(asked.inputRequests);
  expect(asked.inputRequests[key].params.message).toContain('is gone');
  await using plain = await startRawClient(stage, { extensions: { [TASKS]: {} } });
  const { result: told } = await plain.request('tasks/get', params);
  expect(told).toMatchObject({ status: 'working' });
  expect(told.statusMessage).toContain('swarm_resume resumes it');

  const inputResponses = { [key]: { action: 'accept', content: { decision: 'go-on' } } };
  await client.request('tasks/update', { ...params, inputResponses });
  await waitUntil(() => stage.readRun().status.status === 'completed');
  const { result: done } = await client.request('tasks/get', params);
  expect(done.status).toBe('completed');
});

test('does not offer to resume a run whose supervisor may be starting', TIMEOUT, async () => {
  await using stage = await stageOf(REPORTS);
  const decided: LedgerEvent = {
    event: 'retry.requested',
    at: new Date().toISOString(),
    task: 'one',
  };
  const { paths } = abandoned(stage.repo.path, [decided]);
  await using client = await startRawClient(stage, FULL);
  const { result } = await client.request('tasks/get', { taskId: paths.run });
  expect(result.status).toBe('working');
  expect(result.inputRequests).toBeUndefined();
});

/** As the client estimates tokens. */
const CHARACTERS_PER_TOKEN = 4;

test('the documents list the tools and their token cost', TIMEOUT, async () => {
  await using stage = await stageOf(REPORTS);
  await using client = await startRawClient(stage, FULL);
  const { result } = await client.request('tools/list');
  let characters = 0;
  for (const { name, title, description, inputSchema, outputSchema, annotations } of result.tools) {
    characters += JSON.stringify({ name, description, input_schema: inputSchema }).length;
    expect([title, outputSchema.type, annotations.openWorldHint]).toEqual([
      expect.any(String),
      'object',
      false,
    ]);
  }
  const tokens = Math.round(characters / CHARACTERS_PER_TOKEN / 10) * 10;
  expect(ALL_TEXT).toContain(`descriptions and schemas, about ${tokens} tokens`);
  const named = rows(/^`swarm_/, readDocument('docs/mcp.md')).map(([cell]) => cell);
  expect(result.tools.map(({ name }: { name: string }) => `\`${name}\``).sort()).toEqual(
    named.sort(),
  );
});
