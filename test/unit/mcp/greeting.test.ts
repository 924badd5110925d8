import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setImmediate as settle } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { greetOverStdio, type StdioStreams } from '../../../src/mcp/greeting/greet-over-stdio.ts';
import { answerGreeting, type Greeting } from '../../../src/mcp/greeting/greeting.ts';

const FILE = join(import.meta.dirname, '../../../dist/mcp-greeting.json');
const { session, ofWorker }: Record<'session' | 'ofWorker', Greeting> = JSON.parse(
  readFileSync(FILE, 'utf8'),
);

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};
const INITIALIZE = { protocolVersion: '2025-11-25', capabilities: {} };

function makeClient(greeting = session, listResources: () => object[] | null = () => []) {
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  const rest: string[] = [];
  const log = { gone: 0, answered: new Set<unknown>() };
  greetOverStdio({ stdin, stdout } as unknown as StdioStreams, {
    answer: answerGreeting({
      greeting,
      listResources,
      callHook: (name, args) =>
        name === 'hook-event'
          ? Promise.resolve(args.agent_id ? { denied: true } : null)
          : undefined,
    }),
    handOver: (input, answered) => {
      log.answered = new Set(answered);
      input.on('data', (chunk) => rest.push(String(chunk)));
    },
    onGone: () => log.gone++,
  });
  return {
    log,
    stdin,
    stdout,
    send: (...messages: (object | string)[]) => {
      const lines = messages.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
      stdin.write(lines.map((line) => `${line}\n`).join(''));
    },
    async answers() {
      for (let turn = 0; turn < 5; turn++) await settle();
      const text = String(stdout.read() ?? '');
      return text.split('\n').flatMap((line) => (line ? [JSON.parse(line)] : []));
    },
    handedOver: () => rest.join(''),
  };
}

const request = (id: number, method: string, params: object = {}) => ({
  jsonrpc: '2.0',
  id,
  method,
  params,
});

describe('a client that only connects', () => {
  it('of 2025-11-25 is answered without the server', async () => {
    const client = makeClient();
    client.send(
      request(0, 'initialize', INITIALIZE),
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      request(1, 'tools/list'),
      request(2, 'resources/list'),
    );
    const answers = await client.answers();
    expect(answers.map(({ id }) => id)).toEqual([0, 1, 2]);
    expect(answers[0].result).toMatchObject({ protocolVersion: '2025-11-25' });
    expect(answers[1].result.tools).toHaveLength(8);
    expect(client.handedOver()).toBe('');
  });

  it('of 2026-07-28 is answered without the server, and so are its hooks', async () => {
    const client = makeClient();
    const call = (id: number, agent: string) =>
      request(id, 'tools/call', {
        name: 'hook-event',
        arguments: { agent_id: agent },
        _meta: META,
      });
    client.send(request(0, 'server/discover', { _meta: META }), call(1, ''), call(2, 'a1'));
    const [discovered, ...called] = await client.answers();
    expect(discovered.result.supportedVersions).toEqual(['2026-07-28']);
    expect(called.map(({ result }) => result.content[0].text)).toEqual(['{}', '{"denied":true}']);
    expect(called[0].result).toMatchObject({ resultType: 'complete' });
    expect(client.handedOver()).toBe('');
  });

  it('gets the resources in the frame of its version', async () => {
    const resources = [{ uri: 'swarm://runs/x/summary', name: 'x' }];
    const client = makeClient(session, () => resources);
    client.send(request(0, 'initialize', INITIALIZE), request(1, 'resources/list'));
    client.send(request(2, 'resources/list', { _meta: META }));
    const [, legacy, modern] = await client.answers();
    expect(legacy.result).toEqual({ resources });
    expect(modern.result).toMatchObject({ resources, resultType: 'complete' });
    expect(client.handedOver()).toBe('');
  });

  it('in a worker is offered no tool that starts runs', () => {
    const names = ({ modern }: Greeting) =>
      (modern['tools/list'] as { tools: { name: string }[] }).tools.map(({ name }) => name);
    expect(names(session)).toContain('swarm_start');
    expect(names(ofWorker)).not.toContain('swarm_start');
  });

  it('may send a line in parts', async () => {
    const client = makeClient();
    const line = `${JSON.stringify(request(0, 'initialize', INITIALIZE))}\n`;
    client.stdin.write(line.slice(0, 20));
    expect(await client.answers()).toEqual([]);
    client.stdin.write(line.slice(20));
    expect(await client.answers()).toHaveLength(1);
  });
});

describe('the server gets', () => {
  it.each<[string, object | string]>([
    ['a call of a tool', request(5, 'tools/call', { name: 'swarm_list', _meta: META })],
    ['an unknown method', request(5, 'prompts/list', { _meta: META })],
    ['another version', request(5, 'initialize', { protocolVersion: '2024-11-05' })],
    ['a request before initialization', request(5, 'tools/list')],
    [
      'an anonymous request',
      request(5, 'tools/list', { _meta: { ...META, [Object.keys(META)[1] ?? '']: 0 } }),
    ],
    ['a later page', request(5, 'tools/list', { cursor: 'x', _meta: META })],
    ['what is not JSON', '{"jsonrpc":'],
    ['what is no message', '[null]'],
  ])('%s, and all that follows, as it came', async (_, message) => {
    const client = makeClient();
    const next = request(6, 'server/discover', { _meta: META });
    client.send(message, next);
    expect(await client.answers()).toEqual([]);
    const lines = [message, next].map((one) =>
      typeof one === 'string' ? one : JSON.stringify(one),
    );
    expect(client.handedOver()).toBe(`${lines.join('\n')}\n`);
  });

  it('the handshake again, with the ids that were answered', async () => {
    const client = makeClient();
    const handshake = [
      request(0, 'initialize', INITIALIZE),
      { jsonrpc: '2.0', method: 'notifications/initialized' },
    ];
    const ping = request(2, 'ping');
    client.send(...handshake, request(1, 'tools/list'), ping);
    expect(await client.answers()).toHaveLength(2);
    const lines = [...handshake, ping].map((one) => `${JSON.stringify(one)}\n`);
    expect(client.handedOver()).toBe(lines.join(''));
    expect([...client.log.answered]).toEqual([0]);
  });

  it('the list of resources where only the ledgers can tell', async () => {
    const client = makeClient(session, () => null);
    client.send(request(0, 'resources/list', { _meta: META }));
    expect(await client.answers()).toEqual([]);
    expect(client.handedOver()).toContain('resources/list');
  });

  it('a line that does not end', async () => {
    const client = makeClient();
    client.stdin.write('x'.repeat(1_000_001));
    expect(await client.answers()).toEqual([]);
    expect(client.handedOver()).toHaveLength(1_000_001);
  });
});

it.each(['stdin', 'stdout'] as const)(
  'notices by its %s that the client is gone',
  async (stream) => {
    const client = makeClient();
    if (stream === 'stdin') client.stdin.end();
    else client.stdout.destroy(new Error('EPIPE'));
    await client.answers();
    expect(client.log.gone).toBeGreaterThan(0);
    expect(client.stdin.destroyed).toBe(true);
  },
);
