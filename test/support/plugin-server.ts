import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hookSocket } from '../../src/store/hook-socket.ts';

const PACKAGE = join(import.meta.dirname, '../..');

/** The plugin's server as the client of this test process would start it. */
export interface PluginServer extends AsyncDisposable {
  /** Sends a request of JSON-RPC and gives its result. */
  request(method: string, params: object): Promise<Record<string, unknown>>;
  /** Ends it as the client does, by closing its stdin. @returns its exit code and stderr */
  close(): Promise<{ code: number | null; stderr: string }>;
}

/** @param dataDir the plugin's data directory */
export async function startPluginServer(root: string, dataDir: string): Promise<PluginServer> {
  const child = spawn(process.execPath, [join(PACKAGE, 'dist', 'mcp.cjs')], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      HOME: root,
      CLAUDE_PROJECT_DIR: root,
      CLAUDE_PLUGIN_ROOT: PACKAGE,
      CLAUDE_PLUGIN_DATA: dataDir,
    },
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let [unread, stderr, id] = ['', '', 0];
  const waiting = new Map<number, (result: Record<string, unknown>) => void>();
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  child.stdout.setEncoding('utf8').on('data', (text) => {
    const lines = `${unread}${text}`.split('\n');
    unread = lines.pop() ?? '';
    for (const line of lines) {
      const message = JSON.parse(line);
      waiting.get(message.id)?.(message.result ?? message.error);
    }
  });
  const send = (message: object) => child.stdin.write(`${JSON.stringify(message)}\n`);
  const request = (method: string, params: object) =>
    new Promise<Record<string, unknown>>((resolve) => {
      waiting.set(++id, resolve);
      send({ jsonrpc: '2.0', id, method, params });
    });
  await request('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  });
  send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  const socket = hookSocket(dataDir, process.pid);
  while (socket && !existsSync(socket)) await sleep(5);
  const close = async () => {
    child.stdin.end();
    return { code: await ended, stderr };
  };
  return {
    request,
    close,
    async [Symbol.asyncDispose]() {
      await close();
    },
  };
}
