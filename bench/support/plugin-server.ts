import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hookSocket } from '../../src/store/hook-socket.ts';
import { PLUGIN } from './hook-process.ts';
import type { Scratch } from './sample-run.ts';

/** The plugin's server, started as the client starts it; ended with `await using`. */
export interface PluginServer extends AsyncDisposable {
  process: ChildProcess;
  /** What the client names to it and to hooks as the plugin's data directory. */
  dataDir: string;
}

export async function startPluginServer(scratch: Scratch): Promise<PluginServer> {
  const dataDir = join(scratch.path, 'data');
  const server = spawn(process.execPath, [join(PLUGIN, 'dist', 'mcp.cjs')], {
    cwd: scratch.path,
    env: { PATH: process.env.PATH, CLAUDE_PLUGIN_ROOT: PLUGIN, CLAUDE_PLUGIN_DATA: dataDir },
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const socket = hookSocket(dataDir, process.pid);
  while (socket === null || !existsSync(socket)) {
    if (socket === null || server.exitCode !== null) throw new Error('the server has no socket');
    await sleep(10);
  }
  return {
    process: server,
    dataDir,
    async [Symbol.asyncDispose]() {
      server.stdin.end();
      await once(server, 'exit');
    },
  };
}
