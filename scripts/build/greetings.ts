import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { createService } from '../../src/mcp/create-server.ts';
import { type Greeting, VERSION_KEY } from '../../src/mcp/greeting/greeting.ts';
import type { ServerContext } from '../../src/mcp/server-context.ts';
import { serveOverStdio } from '../../src/mcp/transport/stdio.ts';

const LEGACY = '2025-11-25';
const MODERN = '2026-07-28';

/** What the server answers to clients that only connect, in a session and in a worker. */
export async function recordGreetings(): Promise<{ session: Greeting; ofWorker: Greeting }> {
  return { session: await recordGreeting(false), ofWorker: await recordGreeting(true) };
}

async function recordGreeting(isWorker: boolean): Promise<Greeting> {
  const hook = { name: 'hook-event', arguments: {} };
  const clientInfo = { name: 'build', version: '1' };
  const initialize = { protocolVersion: LEGACY, capabilities: {}, clientInfo };
  const legacy = await ask(isWorker, [
    ['initialize', initialize],
    ['tools/list', {}],
    ['resources/list', {}],
    ['tools/call', hook],
  ]);
  const _meta = {
    [VERSION_KEY]: MODERN,
    'io.modelcontextprotocol/clientInfo': clientInfo,
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const modern = await ask(isWorker, [
    ['server/discover', { _meta }],
    ['tools/list', { _meta }],
    ['resources/list', { _meta }],
    ['tools/call', { ...hook, _meta }],
  ]);
  return {
    legacy: { ...legacy, protocolVersion: LEGACY },
    modern: { ...modern, protocolVersion: MODERN },
  };
}

/** Sends requests to a server without runs. @returns the results by method */
async function ask(
  isWorker: boolean,
  requests: readonly (readonly [method: string, params: object])[],
): Promise<Record<string, unknown>> {
  const stdin = new PassThrough();
  const stdout = new PassThrough().setEncoding('utf8');
  const packageFile = join(import.meta.dirname, '..', '..', 'package.json');
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8'));
  const context = { root: '/nowhere', isWorker } as ServerContext;
  const service = createService(context, version, () => Promise.resolve(null));
  serveOverStdio(service, { stdin, stdout, answered: new Set() }, () => {});
  const results: Record<string, unknown> = {};
  for (const [id, [method, params]] of requests.entries()) {
    stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    results[method] = await resultOf(stdout, method);
  }
  stdin.end();
  return results;
}

async function resultOf(stdout: PassThrough, method: string): Promise<unknown> {
  let text = '';
  for (;;) {
    const chunk = stdout.read();
    if (chunk === null) await new Promise((resolve) => stdout.once('readable', resolve));
    else text += chunk;
    if (!text.endsWith('\n')) continue;
    const { result, error } = JSON.parse(text);
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  }
}
