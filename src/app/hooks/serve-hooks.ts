import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { describeThrown } from '../../store/log-error.ts';
import type { HookContext, HookOutput } from './hook-context.ts';
import type { HandlerName, HookAnswer, HookRequest } from './hook-exchange.ts';

type Handler = (payload: Record<string, unknown>, context: HookContext) => HookOutput;

export interface HookService {
  installation: string;
  handlers: Record<HandlerName, Handler>;
  /** What a handler gets besides the event of one request. */
  contextOf(request: HookRequest): HookContext;
}

/** Thrown by what a handler must not do in a process that others wait for. */
export class DeclineHook extends Error {}

const LINE_BREAK = 0x0a;

/**
 * Answers hook processes at a local socket: one request a connection, a line of JSON each way. A
 * process that stays has loaded its code once, which is most of what a hook costs.
 * @param socket in a directory that only the user can enter
 */
export function serveHooks(socket: string, service: HookService): Server {
  rmSync(socket, { force: true });
  const server = createServer((connection) => {
    const chunks: Buffer[] = [];
    connection.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      // A process that waited too long has gone and handled the event itself. The end of what it
      // wrote is read one round after the rest.
      if (chunk.at(-1) === LINE_BREAK) setImmediate(setImmediate, handle);
    });
    const handle = () => {
      if (connection.readableEnded || connection.destroyed) return;
      connection.end(`${JSON.stringify(answer(Buffer.concat(chunks).toString(), service))}\n`);
    };
    connection.on('error', () => {
      // The hook process is gone; nobody waits for the answer.
    });
  });
  return server.listen(socket);
}

function answer(text: string, service: HookService): HookAnswer {
  try {
    const request: HookRequest = JSON.parse(text);
    const handle = service.handlers[request.handler];
    if (request.installation !== service.installation || !handle) return { kind: 'declined' };
    const output = handle(JSON.parse(request.payload), service.contextOf(request));
    return { kind: 'handled', output };
  } catch (error) {
    if (error instanceof DeclineHook) return { kind: 'declined' };
    return { kind: 'failed', message: describeThrown(error) };
  }
}
