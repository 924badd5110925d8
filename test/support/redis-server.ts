import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { registerCleanUp } from './clean-up.ts';
import { makeTempDir } from './temp-dir.ts';
import { waitUntil } from './wait-until.ts';

export interface RedisServer extends AsyncDisposable {
  url: string;
  port: number;
  pid(): number;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
}

/** Starts Debian's `redis-server` with an append-only file in a directory of its own. */
export async function startRedis({ args = [] as readonly string[] } = {}): Promise<RedisServer> {
  const dir = await makeTempDir('swarm-redis-');
  const port = await freePort();
  let child: ChildProcess | null = null;
  const start = async () => {
    const flags = ['--port', `${port}`, '--bind', '127.0.0.1', '--appendonly', 'yes'];
    child = spawn('redis-server', [...flags, '--dir', dir.path, '--save', '', ...args], {
      stdio: 'ignore',
    });
    await waitUntil(() => isAnswering(port), { what: 'redis-server answers' });
  };
  const kill = async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  const unregister = registerCleanUp(kill);
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid: () => child?.pid ?? 0,
    kill,
    start,
    async [Symbol.asyncDispose]() {
      unregister();
      await kill();
      await dir.remove();
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

/** Whether the server has loaded its data and answers. */
async function isAnswering(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    socket.write('PING\r\n');
    const [answer] = await once(socket, 'data');
    return String(answer).startsWith('+PONG');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
