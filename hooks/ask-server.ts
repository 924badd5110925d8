import { connect } from 'node:net';
import type { HookAnswer, HookRequest } from '../src/app/hooks/hook-exchange.ts';

/** A server that does not answer in this time is taken for none; milliseconds. */
const PATIENCE = 3_000;

/** @returns null when no server answers at the socket */
export function askServer(socket: string, request: HookRequest): Promise<HookAnswer | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const connection = connect(socket);
    connection.setTimeout(PATIENCE, () => connection.destroy());
    connection.on('data', (chunk: Buffer) => chunks.push(chunk));
    connection.on('error', () => resolve(null));
    const settle = () => resolve(parseAnswer(Buffer.concat(chunks).toString()));
    connection.on('end', settle).on('close', settle);
    connection.end(JSON.stringify(request));
  });
}

function parseAnswer(text: string): HookAnswer | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
