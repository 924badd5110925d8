import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { expect, test } from 'vitest';
import { fakeClient } from './support/fake-client.ts';
import { TASKS } from './support/mcp-client.ts';
import { makeStage, type RunStage, until } from './support/swarm-run.ts';
import { PROJECT } from './support/swarm-session.ts';

/** The official client in both revisions of the protocol, and what HTTP lets in. */

const TIMEOUT = { timeout: 60_000 };
const TOKEN = 'a-token-for-tests';
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
  const address = await until(() => /serving MCP at (\S+);/.exec(said)?.[1]);
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
    const client = new Client({ name: 'test', version: '1' }, MODES[revision]);
    const headers = { Authorization: `Bearer ${TOKEN}` };
    await client.connect(
      new StreamableHTTPClientTransport(server.url, { requestInit: { headers } }),
    );
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

/** A request as it is; `fetch` would not send a `Host` of ours. */
function post(url: URL, headers: Record<string, string>, method: string, params: object = {}) {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': { extensions: { [TASKS]: {} } },
  };
  const { taskId } = params as { taskId?: string };
  return new Promise<HttpAnswer>((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          Accept: 'application/json, text/event-stream',
          'Mcp-Method': method,
          'MCP-Protocol-Version': '2026-07-28',
          ...(taskId ? { 'Mcp-Name': taskId } : {}),
          ...headers,
        },
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text) => {
          body += text;
        });
        response.on('end', () => resolve({ status: response.statusCode, body }));
      },
    );
    sent.on('error', reject);
    sent.end(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } }));
  });
}

const BEARER = { Authorization: `Bearer ${TOKEN}` };

test('HTTP lets in who bears the token, from this machine, and nobody else', TIMEOUT, async () => {
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

test('a task is the same over every connection', TIMEOUT, async () => {
  await using stage = await makeWaiting();
  await using server = await listen(stage);
  const { url } = server;
  const name = 'swarm_start';
  const started = await post(url, { ...BEARER, 'Mcp-Name': name }, 'tools/call', {
    name,
    arguments: START,
  });
  const { taskId } = JSON.parse(started.body).result;
  await until(() => stage.readRun().status.counts.working === 1);
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => post(url, BEARER, 'tasks/get', { taskId })),
  );
  for (const { body } of answers) expect(JSON.parse(body).result.status).toBe('working');
  expect(stage.leftovers().length).toBeGreaterThan(0);
  for (const line of stage.leftovers()) {
    const [, pid] = /process (\d+)/.exec(line) ?? [];
    if (Number(pid) === server.pid) continue;
    // What lets a program call the server is not for the agents of its runs.
    expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain(TOKEN);
  }
  await post(url, BEARER, 'tasks/cancel', { taskId });
  await until(() => stage.readRun().status.status === 'cancelled');
});
