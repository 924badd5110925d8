import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import {
  closeSync,
  constants,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { spoolOf } from '../../src/hooks/server/spool.ts';
import { registerCleanUp } from './clean-up.ts';
import { connectRawClient, type RawMcpClient } from './mcp-client.ts';
import { waitUntil } from './wait-until.ts';

const PACKAGE = join(import.meta.dirname, '../..');

/** The plugin's server as the client of this test process would start it. */
export interface PluginServer extends AsyncDisposable {
  request: RawMcpClient['request'];
  /** Ends it as the client does, by closing its stdin. @returns its exit code and stderr */
  close(): Promise<{ code: number | null; stderr: string }>;
}

/** Starts the server's process and nothing else. @param dataDir the plugin's data directory */
export function startServerProcess(
  root: string,
  dataDir: string,
  env: NodeJS.ProcessEnv = {},
): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [join(PACKAGE, 'dist', 'mcp.cjs')], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      HOME: root,
      XDG_STATE_HOME: process.env.XDG_STATE_HOME,
      CLAUDE_PROJECT_DIR: root,
      CLAUDE_PLUGIN_ROOT: PACKAGE,
      CLAUDE_PLUGIN_DATA: dataDir,
      ...env,
    },
  });
  const forget = registerCleanUp(() => void child.kill('SIGKILL'));
  child.once('exit', forget);
  child.stdin.on('error', () => {});
  return child;
}

/** @param dataDir the plugin's data directory */
export async function startPluginServer(root: string, dataDir: string): Promise<PluginServer> {
  const child = startServerProcess(root, dataDir);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const client = await connectRawClient(child, null);
  const { fifo } = spoolOf(dataDir, process.pid);
  await waitUntil(() => isHeard(fifo), { what: 'the server to listen', state: () => stderr });
  return {
    request: client.request,
    close: async () => ({ code: await client.close(), stderr }),
    async [Symbol.asyncDispose]() {
      await client.close();
    },
  };
}

/** Whether a process has opened a named pipe for reading. */
function isHeard(pipe: string): boolean {
  try {
    if (!statSync(pipe).isFIFO()) return false;
    closeSync(openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK));
    return true;
  } catch {
    return false;
  }
}

/** The plugin's servers of the clients with this working directory. */
export function serversIn(cwd: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const isServer = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('/mcp.cjs');
        return isServer && readlinkSync(`/proc/${pid}/cwd`) === cwd;
      } catch {
        return false;
      }
    });
}
