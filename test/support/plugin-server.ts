import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hookSocket } from '../../src/store/hook-socket.ts';
import { connectRawClient, type RawMcpClient } from './mcp-client.ts';

const PACKAGE = join(import.meta.dirname, '../..');

/** The plugin's server as the client of this test process would start it. */
export interface PluginServer extends AsyncDisposable {
  request: RawMcpClient['request'];
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
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const client = await connectRawClient(child, null);
  const socket = hookSocket(dataDir, process.pid);
  while (socket && !existsSync(socket)) await sleep(5);
  return {
    request: client.request,
    close: async () => ({ code: await client.close(), stderr }),
    async [Symbol.asyncDispose]() {
      await client.close();
    },
  };
}
