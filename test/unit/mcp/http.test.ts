import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../../src/cli/program.ts';
import { SwarmError } from '../../../src/errors/swarm-error.ts';
import { createService } from '../../../src/mcp/create-server.ts';
import { refusalOf, serveOverHttp } from '../../../src/mcp/transport/http.ts';
import { fakeCliContext, NO_ENTRIES } from '../../support/cli-context.ts';
import { mcpContext } from '../../support/mcp-tools.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

describe('a request', () => {
  const refusal = (method: string, host: string | undefined, url = '/mcp') =>
    refusalOf({ method, url, headers: host === undefined ? {} : { host } });

  it.each([
    ['TRACE', 'localhost', 405],
    ['TRACK', 'localhost', 405],
    ['CONNECT', 'localhost', 405],
    ['POST', 'a@b', 400],
    ['POST', 'a/b', 400],
    ['POST', 'localhost:99999', 400],
    ['POST', '[::', 400],
    ['POST', '', 400],
    ['POST', undefined, 400],
    ['POST', 'localhost:4500', null],
    ['GET', '[::1]:4500', null],
  ])('%s to the host %s: %s', (method, host, status) => {
    expect(refusal(method, host)).toBe(status);
  });

  it.each(['http://x/mcp', '*', '//[', 'mcp'])('for %s is refused', (url) => {
    expect(refusal('POST', 'localhost', url)).toBe(400);
  });
});

it('answers the hosts that are allowed, and no request with 500', async () => {
  await using dir = await makeTempDir();
  const service = createService(mcpContext(dir.path), '0.0.0', () => undefined);
  const server = await serveOverHttp(service, {
    host: '127.0.0.1',
    allowedHosts: ['Build-1.lan', 'fe80::1'],
    port: 0,
    token: 'x'.repeat(16),
  });
  const { port } = server.address() as AddressInfo;
  const status = (host: string, method = 'POST') =>
    new Promise<number | undefined>((resolve, reject) => {
      const call = request({ port, host: '127.0.0.1', path: '/mcp', method, headers: { host } });
      call.once('response', (response) => resolve(response.resume().statusCode));
      call.once('error', reject).end();
    });
  try {
    // Without the token, an accepted host gets 401.
    expect(await status('127.0.0.1')).toBe(401);
    expect(await status('build-1.lan:4500')).toBe(401);
    expect(await status('[fe80::1]:4500')).toBe(401);
    expect(await status('build-2.lan')).toBe(403);
    expect(await status('a@b')).toBe(400);
    expect(await status('127.0.0.1', 'TRACE')).toBe(405);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

describe('swarm mcp --http', () => {
  async function start(args: string[], token?: string) {
    const warnings: string[] = [];
    const served: object[] = [];
    const context = fakeCliContext({
      env: { SWARM_MCP_TOKEN: token },
      warn: (text) => void warnings.push(text),
    });
    const program = createProgram(context, '0.0.0', {
      ...NO_ENTRIES,
      mcpServer: async () => ({
        tokenVariable: 'SWARM_MCP_TOKEN',
        serve: () => {},
        serveHttp: async (options) => {
          served.push(options);
          return 'http://there/mcp';
        },
      }),
    });
    const error = await program
      .parseAsync(['mcp', '--http', '0', ...args], { from: 'user' })
      .then(() => null)
      .catch((thrown: unknown) => thrown);
    return { warnings, served, error };
  }

  it.each(['x', 'fifteen-letters', 'a token with spaces'])(
    'rejects the token %j',
    async (token) => {
      const { error, served } = await start([], token);
      expect(error).toBeInstanceOf(SwarmError);
      expect((error as SwarmError).message).toContain('at least 16');
      expect((error as SwarmError).message).not.toContain(`${token} `);
      expect(served).toEqual([]);
    },
  );

  it('warns if other machines can reach it, and names what they need', async () => {
    expect((await start([])).warnings).toEqual([]);
    const open = await start(['--host', '0.0.0.0']);
    expect(open.warnings.join('\n')).toMatch(/other machines can reach[\s\S]*--allow-host/);
    const named = await start(['--host', '0.0.0.0', '--allow-host', 'build-1.lan, 10.0.0.7']);
    expect(named.warnings).toHaveLength(1);
    expect(named.served).toMatchObject([{ allowedHosts: ['build-1.lan', '10.0.0.7'] }]);
  });

  it.each(['a@b', 'http://x', 'x:80'])('rejects the host name %j', async (name) => {
    expect((await start(['--allow-host', name])).error).toBeInstanceOf(SwarmError);
  });
});
