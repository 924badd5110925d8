import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { registerCleanUp } from './clean-up.ts';
import { PROJECT } from './swarm-session.ts';

export const TASKS = 'io.modelcontextprotocol/tasks';

type Json = Record<string, unknown>;

/** The answer of a server; exactly one of the two fields is set. */
interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into as a test needs it
  result?: any;
  // biome-ignore lint/suspicious/noExplicitAny: likewise
  error?: any;
}

/** A client that sends exactly the messages of a test over the stdio of a server. */
export interface RawMcpClient extends AsyncDisposable {
  readonly pid: number;
  request(method: string, params?: Json): Promise<Answer>;
  notify(method: string, params?: Json): void;
  /** Sends a line unchanged. */
  send(line: string): void;
  /** Waits for an answer without an id, including one that has already arrived. */
  answered(): Promise<Answer>;
  /** Waits for a notification of this method, including one that has already arrived. */
  notified(method: string): Promise<Json>;
  /** The id of the last request. */
  lastId(): number;
  /** Ends the server as a client does, by closing its stdin. @returns its exit code */
  close(): Promise<number | null>;
  /** Ends the server at once, as a crash would. */
  kill(): Promise<void>;
}

/**
 * Starts `swarm mcp`.
 * @param capabilities see {@link connectRawClient}
 */
export async function startRawClient(
  stage: { env: NodeJS.ProcessEnv; repo: { path: string } },
  capabilities: Json | null | 'silent',
  args: readonly string[] = [],
): Promise<RawMcpClient> {
  const program = `${PROJECT}/bin/swarm`;
  const child = spawn(process.execPath, [program, 'mcp', ...args], {
    cwd: stage.repo.path,
    env: stage.env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  return connectRawClient(child, capabilities);
}

/**
 * Connects to a server that was just started.
 * @param capabilities of the client, sent with each request; null makes it a client of 2025-11-25,
 *   and 'silent' one that does not initialize
 */
export async function connectRawClient(
  child: ChildProcessByStdio<Writable, Readable, Readable | null>,
  capabilities: Json | null | 'silent',
): Promise<RawMcpClient> {
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const forget = registerCleanUp(() => void child.kill('SIGKILL'));
  child.once('exit', forget);
  child.stdin.on('error', () => {
    // The server exits without reading the rest.
  });
  const waiting = new Map<unknown, (answer: Answer) => void>();
  const notes: { method: string; params: Json }[] = [];
  const unasked: Answer[] = [];
  let heard = () => {};
  const take = async <One>(list: One[], isIt: (one: One) => boolean): Promise<One> => {
    for (;;) {
      const index = list.findIndex(isIt);
      if (index >= 0) return list.splice(index, 1)[0] as One;
      await new Promise<void>((resolve) => {
        heard = resolve;
      });
    }
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = JSON.parse(line);
    if (message.method) notes.push(message);
    else if (message.id === null) unasked.push(message);
    else waiting.get(message.id)?.(message);
    heard();
  });
  const isSilent = capabilities === 'silent';
  const meta = capabilities &&
    !isSilent && {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': capabilities,
    };
  const write = (message: Json, params: Json) => {
    const _meta = { ...meta, ...(params._meta as Json) };
    const all = Object.keys(_meta).length > 0 ? { ...params, _meta } : params;
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message, params: all })}\n`);
  };
  let id = 0;
  const request = (method: string, params: Json = {}) =>
    new Promise<Answer>((resolve) => {
      waiting.set(++id, resolve);
      write({ id, method }, params);
    });
  if (!capabilities) {
    await request('initialize', {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'test', version: '1' },
    });
    write({ method: 'notifications/initialized' }, {});
  }
  const close = () => {
    child.stdin.end();
    return ended;
  };
  return {
    pid: child.pid ?? 0,
    request,
    notify: (method, params = {}) => write({ method }, params),
    send: (line) => void child.stdin.write(`${line}\n`),
    answered: () => take(unasked, () => true),
    notified: async (method) => (await take(notes, (note) => note.method === method)).params ?? {},
    lastId: () => id,
    close,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async [Symbol.asyncDispose]() {
      await close();
    },
  };
}
