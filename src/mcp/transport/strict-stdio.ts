import {
  isJSONRPCRequest,
  type JSONRPCMessage,
  PROTOCOL_VERSION_META_KEY,
} from '@modelcontextprotocol/server';
import type { StdioServerTransport } from '@modelcontextprotocol/server/stdio';

const NO_JSON = { code: -32700, message: 'Parse error: expected a line of JSON' };
const NO_MESSAGE = {
  code: -32600,
  message: 'Invalid Request: expected a message of JSON-RPC 2.0',
};
const TOO_LARGE = {
  code: -32600,
  message: 'Invalid Request: the message is too large; the connection ends',
};

/**
 * Rejects what the SDK would ignore or accept: lines that are not messages, and calls before
 * `initialize`. Their senders would wait forever, or never notice their mistake.
 * @param transport already connected to the SDK's server
 */
export function makeStrict(transport: StdioServerTransport, stdin: NodeJS.ReadableStream): void {
  const { onmessage, onerror, onclose } = transport;
  const refuse = (error: object, id: unknown = null) =>
    void transport.send({ jsonrpc: '2.0', id, error } as JSONRPCMessage).catch(() => {});
  let heard = 0;
  let isOpen = false;
  transport.onmessage = (message: JSONRPCMessage) => {
    heard++;
    if (!isOpen && isJSONRPCRequest(message)) {
      isOpen = opens(message);
      if (!isOpen && message.method !== 'ping') return refuse(early(message.method), message.id);
    }
    onmessage?.(message);
  };
  transport.onerror = (error) => {
    if (error.name.endsWith('ZodError')) {
      heard++;
      refuse(NO_MESSAGE);
    } else if (error.message.startsWith('ReadBuffer exceeded')) refuse(TOO_LARGE);
    onerror?.(error);
  };
  const countLines = lineCounter();
  // The SDK has read the chunk by now: lines that it did not report were not JSON.
  const check = (chunk: Uint8Array) => {
    for (let lines = countLines(chunk); heard < lines; heard++) refuse(NO_JSON);
    heard = 0;
  };
  stdin.on('data', check);
  transport.onclose = () => {
    stdin.off('data', check).pause();
    onclose?.();
  };
}

/** A 2026-07-28 request carries its protocol version; older clients send it once. */
function opens({ method, params }: { method: string; params?: { _meta?: object } }): boolean {
  return method === 'initialize' || PROTOCOL_VERSION_META_KEY in (params?._meta ?? {});
}

function early(method: string) {
  return { code: -32600, message: `Invalid Request: expected initialize first, found ${method}` };
}

const LINE_END = 0x0a;
const SPACE = 0x20;

/** @returns a function that counts the non-blank lines that end in a chunk */
function lineCounter(): (chunk: Uint8Array) => number {
  let isBlank = true;
  return (chunk) => {
    let lines = 0;
    for (const byte of chunk) {
      if (byte === LINE_END) {
        if (!isBlank) lines++;
        isBlank = true;
      } else if (byte > SPACE) isBlank = false;
    }
    return lines;
  };
}
