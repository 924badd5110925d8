import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { expect, test } from 'vitest';
import { fakeClient } from '../support/fake-client.ts';
import { TASKS } from '../support/mcp-client.ts';
import { makeStage, type RunStage } from '../support/swarm-run.ts';
import { PROJECT } from '../support/swarm-session.ts';
import { waitUntil } from '../support/wait-until.ts';

/** The official client in both revisions of the protocol, and access control over HTTP. */

const TIMEOUT = { timeout: 120_000 };
const TOKEN = 'a-token-for-tests';
const BEARER = { Authorization: `Bearer ${TOKEN}` };
const ACCEPT = {
  'Content-Type': 'application/json',
  Accept: 'application/json, text/event-stream',
};
const WAITS = `setInterval(() => require('node:fs').existsSync('go') && (report('gone on'), process.exit(0)), 20);`;
const START = {
  goal: 'Test the server',
  tasks: [{ id: 'one', title: 'Do the first thing', brief: 'Say something.' }],
};

const makeWaiting = () =>
  makeStage({
    plan: '',
    fakeClient: fakeClient({ one: WAITS }),
    env: { SWARM_MCP_TOKEN: TOKEN },
  });

/** Starts `swarm mcp --http`. */
async function listen(
  stage: RunStage,
): Promise<{ url: URL; pid: number | undefined } & AsyncDisposable> {
  const server = stage.start('mcp', '--http', '0');
  let said = '';
  server.process.stderr?.on('data', (text) => {
    said += text;
  });
  const address = await waitUntil(() => /serving MCP at (\S+);/.exec(said)?.[1]);
  expect(said).not.toContain(TOKEN);
  return {
    url: new URL(address),
    pid: server.process.pid,
    async [Symbol.asyncDispose]() {
      server.process.kill();
      expect((await server.ended).code).toBe(0);
    },
  };
}

const MODES = {
  '2025-11-25': {},
  '2026-07-28': { versionNegotiation: { mode: { pin: '2026-07-28' } } },
} as const;

type Revision = keyof typeof MODES;

async function connect(url: URL, revision: Revision): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, MODES[revision]);
  const requestInit = { headers: BEARER };
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit }));
  return client;
}

async function startsAndFetches(client: Client, stage: RunStage): Promise<void> {
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toContain('swarm_start');
  const started = await client.callTool({ name: 'swarm_start', arguments: START });
  expect(started.structuredContent).toMatchObject({ status: 'working' });
  const { run } = started.structuredContent as { run: string };
  stage.write('go', '');
  const progress: number[] = [];
  const done = await client.callTool(
    { name: 'swarm_status', arguments: { run, wait: 50 } },
    { onprogress: ({ progress: share }) => void progress.push(share) },
  );
  expect(done.structuredContent).toMatchObject({ run, status: 'completed' });
  expect(progress.length).toBeGreaterThan(0);
  const { contents } = await client.readResource({ uri: `swarm://runs/${run}/reports/one` });
  expect(contents).toMatchObject([{ text: 'gone on', mimeType: 'text/markdown' }]);
}

test.each<Revision>(['2025-11-25', '2026-07-28'])(
  'call now, fetch later over HTTP, as of %s',
  TIMEOUT,
  async (revision) => {
    await using stage = await makeWaiting();
    await using server = await listen(stage);
    const client = await connect(server.url, revision);
    expect(client.getNegotiatedProtocolVersion()).toBe(revision);
    await startsAndFetches(client, stage);
    await client.close();
  },
);

test.each<Revision>(['2025-11-25', '2026-07-28'])(
  'call now, fetch later over stdio, as of %s',
  TIMEOUT,
  async (revision) => {
    await using stage = await makeWaiting();
    const client = new Client({ name: 'test', version: '1' }, MODES[revision]);
    await client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: [`${PROJECT}/bin/swarm`, 'mcp'],
        cwd: stage.repo.path,
        env: stage.env as Record<string, string>,
      }),
    );
    expect(client.getNegotiatedProtocolVersion()).toBe(revision);
    await startsAndFetches(client, stage);
    await client.close();
  },
);

interface HttpAnswer {
  status: number | undefined;
  body: string;
}

/** Sends a body unchanged; `fetch` does not allow a custom `Host`. */
function send(url: URL, headers: Record<string, string>, body: string): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'POST',
        headers: {
          ...ACCEPT,
          ...headers,
        },
      },
      (response) => {
        let answer = '';
        response.setEncoding('utf8').on('data', (text) => {
          answer += text;
        });
        response.on('end', () => resolve({ status: response.statusCode, body: answer }));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** A request of 2026-07-28. */
function compose(method: string, params: object = {}, capabilities: object = WITH_TASKS) {
  const { taskId, name = taskId } = params as { taskId?: string; name?: string };
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': capabilities,
  };
  return {
    headers: {
      'Mcp-Method': method,
      'MCP-Protocol-Version': '2026-07-28',
      ...(name ? { 'Mcp-Name': name } : {}),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } }),
  };
}

function post(url: URL, headers: Record<string, string>, method: string, params?: object) {
  const { headers: own, body } = compose(method, params);
  return send(url, { ...own, ...headers }, body);
}

const WITH_TASKS = { extensions: { [TASKS]: {} } };

test('HTTP accepts only requests with the token and from this machine', TIMEOUT, async () => {
  await using stage = await makeWaiting();
  await using server = await listen(stage);
  const { url } = server;
  expect(url.hostname).toBe('127.0.0.1');
  const status = async (headers: Record<string, string>) =>
    (await post(url, headers, 'tools/list')).status;
  expect(await status(BEARER)).toBe(200);
  expect(await status({ ...BEARER, Origin: 'http://localhost:3000' })).toBe(200);
  expect(await status({})).toBe(401);
  expect(await status({ Authorization: 'Bearer a-token-for-tesst' })).toBe(401);
  expect(await status({ Authorization: `Basic ${TOKEN}` })).toBe(401);
  expect(await status({ ...BEARER, Origin: 'https://example.org' })).toBe(403);
  expect(await status({ ...BEARER, Origin: 'null' })).toBe(403);
  expect(await status({ ...BEARER, Host: 'example.org' })).toBe(403);
  const elsewhere = new URL('/elsewhere', url);
  expect((await post(elsewhere, BEARER, 'tools/list')).status).toBe(404);
});

test('every connection sees the same task', TIMEOUT, async () => {
  await using stage = await makeWaiting();
  await using server = await listen(stage);
  const { url } = server;
  const started = await post(url, BEARER, 'tools/call', { name: 'swarm_start', arguments: START });
  const { taskId } = JSON.parse(started.body).result;
  await waitUntil(() => stage.readRun().status.counts.working === 1);
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => post(url, BEARER, 'tasks/get', { taskId })),
  );
  for (const { body } of answers) expect(JSON.parse(body).result.status).toBe('working');
  expect(stage.leftovers().length).toBeGreaterThan(0);
  for (const line of stage.leftovers()) {
    const [, pid] = /process (\d+)/.exec(line) ?? [];
    if (Number(pid) === server.pid) continue;
    // The agents of a run must not get the token of the server.
    expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain(TOKEN);
  }
  await post(url, BEARER, 'tasks/cancel', { taskId });
  await waitUntil(() => stage.readRun().status.status === 'cancelled');
});

/** The limit for the body of a request. */
const MOST_BYTES = 4 * 1024 * 1024;

test('answers invalid HTTP requests with the right error and keeps serving', TIMEOUT, async () => {
  await using stage = await makeWaiting();
  await using server = await listen(stage);
  const modern = (method: string, params = {}, capabilities?: object) => {
    const { headers, body } = compose(method, params, capabilities);
    return [body, headers] as const;
  };
  const version = { 'MCP-Protocol-Version': '2026-07-28' };
  const message = (more: object) => JSON.stringify({ jsonrpc: '2.0', id: 1, ...more });
  const chunked = { 'Transfer-Encoding': 'chunked' };
  const tooLarge = 'x'.repeat(MOST_BYTES + 1);
  const cases: [string, Record<string, string>, number, number][] = [
    ['not JSON at all', {}, 400, -32700],
    ['{"jsonrpc":"2.0","id":1,', version, 400, -32700],
    ['', {}, 400, -32700],
    ['{"jsonrpc":"1.0"}', {}, 400, -32600],
    ['[]', {}, 400, -32600],
    [message({ method: 7 }), version, 400, -32600],
    ['', { 'Content-Length': `${MOST_BYTES + 1}` }, 413, -32000],
    [tooLarge, chunked, 413, -32000],
    [tooLarge, { ...version, ...chunked, 'Mcp-Method': 'subscriptions/listen' }, 413, -32000],
    ['no JSON', { ...version, 'Mcp-Method': 'subscriptions/listen' }, 400, -32700],
    ['null', { ...version, 'Mcp-Method': 'subscriptions/listen' }, 400, -32600],
    ['{}', { 'Content-Type': 'text/plain' }, 415, -32000],
    // A request of 2026-07-28 must identify its client, because there is no session.
    [message({ method: 'tools/list' }), { ...version, 'Mcp-Method': 'tools/list' }, 400, -32602],
    [message({ method: 'no/such' }), {}, 200, -32601],
    [...modern('no/such'), 404, -32601],
    [...modern('tools/call', { name: 'no_such' }), 200, -32602],
    [...modern('tasks/get', { taskId: '../..' }), 200, -32602],
    [...modern('tasks/get', { taskId: '../..' }, {}), 400, -32021],
    [...modern('subscriptions/listen', { notifications: { taskIds: ['x'] } }, {}), 400, -32021],
    [...modern('subscriptions/listen'), 200, -32602],
  ];
  for (const [body, headers, status, code] of cases) {
    const answer = await send(server.url, { ...BEARER, ...headers }, body);
    const seen = [answer.status, Number(/"code":(-\d+)/.exec(answer.body)?.[1])];
    expect([body.slice(0, 100), ...seen]).toEqual([body.slice(0, 100), status, code]);
  }
  expect((await post(server.url, BEARER, 'tools/list')).status).toBe(200);
  expect(existsSync(`${stage.repo.path}/.swarm`)).toBe(false);
});

test('a run survives an HTTP client that disconnects while waiting', TIMEOUT, async () => {
  await using stage = await makeWaiting();
  await using server = await listen(stage);
  const { headers, body } = compose(
    'tools/call',
    { name: 'swarm_start', arguments: { ...START, wait: 50 } },
    {},
  );
  const gone = new AbortController();
  const waiting = fetch(server.url, {
    method: 'POST',
    headers: { ...ACCEPT, ...BEARER, ...headers },
    body,
    signal: gone.signal,
  }).then((response) => response.text());
  await waitUntil(() => stage.readRun().status.counts.working === 1);
  gone.abort();
  await expect(waiting).rejects.toThrow('aborted');
  const { status } = await post(server.url, BEARER, 'tools/list');
  expect(status).toBe(200);
  expect(stage.readRun().status.status).toBe('working');
  stage.write('go', '');
  await waitUntil(() => stage.readRun().status.status === 'completed');
});

test('serves ten clients at once over HTTP', { ...TIMEOUT, tags: ['long'] }, async () => {
  await using stage = await makeWaiting();
  await using server = await listen(stage);
  stage.write('go', '');
  const runs = await Promise.all(
    Array.from({ length: 10 }, async (_, index) => {
      const client = await connect(server.url, index % 2 ? '2025-11-25' : '2026-07-28');
      const args = { ...START, key: `k${index % 5}`, wait: 50 };
      const { structuredContent } = await client.callTool({ name: 'swarm_start', arguments: args });
      await client.close();
      return structuredContent as { run: string; status: string };
    }),
  );
  expect(runs.map(({ status }) => status)).toEqual(runs.map(() => 'completed'));
  expect(new Set(runs.map(({ run }) => run)).size).toBe(5);
});

test('sends each HTTP subscriber of a task every change once', TIMEOUT, async () => {
  await using stage = await makeWaiting();
  await using server = await listen(stage);
  const { url } = server;
  const started = await post(url, BEARER, 'tools/call', { name: 'swarm_start', arguments: START });
  const { taskId } = JSON.parse(started.body).result;
  const uri = `swarm://runs/${taskId}/summary`;
  const notifications = { taskIds: [taskId, 'no-such'], resourceSubscriptions: [uri] };
  const { headers, body } = compose('subscriptions/listen', { notifications });
  const listenOnce = async () => {
    const all = { ...ACCEPT, ...BEARER, ...headers };
    const response = await fetch(url, { method: 'POST', headers: all, body });
    const seen: { method: string; params: Record<string, unknown> }[] = [];
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk);
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        const [, data] = /^data: (.*)$/m.exec(event) ?? [];
        if (data) seen.push(JSON.parse(data));
      }
      if (seen.some(({ params }) => params.status === 'completed')) break;
    }
    return seen;
  };
  const all = [listenOnce(), listenOnce(), listenOnce()];
  await waitUntil(() => stage.readRun().status.counts.working === 1);
  stage.write('go', '');
  for (const [first, ...rest] of await Promise.all(all)) {
    expect(first).toMatchObject({
      method: 'notifications/subscriptions/acknowledged',
      params: { notifications: { taskIds: [taskId], resourceSubscriptions: [uri] } },
    });
    const tasks = rest.filter(({ method }) => method === 'notifications/tasks');
    const lines = tasks.map(({ params }) => `${params.status} ${params.statusMessage}`);
    expect(new Set(lines).size).toBe(lines.length);
    expect(tasks.at(-1)?.params).toMatchObject({ taskId, status: 'completed' });
    for (const { method, params } of rest) {
      if (method === 'notifications/resources/updated') expect(params.uri).toBe(uri);
    }
  }
});
