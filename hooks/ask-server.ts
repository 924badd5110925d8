import { connect } from 'node:net';
import type { HookAnswer, HookRequest } from '../src/app/hooks/hook-exchange.ts';

/** A server that does not answer in this time is taken for none; milliseconds. */
const PATIENCE = 3_000;
const LINE_BREAK = 0x0a;

/**
 * Sends a request, a line of JSON, and reads the line that answers it. The connection is not closed:
 * it ends with the process, which has nothing else to do.
 * @returns null when no server answers at the socket
 */
export function askServer(socket: string, request: HookRequest): Promise<HookAnswer | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const connection = connect(socket);
    const settle = () => resolve(parseAnswer(Buffer.concat(chunks).toString()));
    connection.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      if (chunk.at(-1) === LINE_BREAK) settle();
    });
    connection.on('error', settle).on('close', settle);
    connection.write(`${JSON.stringify(request)}\n`);
    setTimeout(() => connection.destroy(), PATIENCE).unref();
  });
}

function parseAnswer(text: string): HookAnswer | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
