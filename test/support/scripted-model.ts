import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { registerCleanUp } from './clean-up.ts';

/** One result of a tool call, as the client reports it back to the model. */
interface ToolResult {
  readonly toolUseId: string;
  readonly text: string;
  readonly isError: boolean;
}

/** A block of a message, with only the fields that scripts use. */
interface ContentBlock {
  readonly type: string;
  readonly text?: string;
  readonly id?: string;
  readonly name?: string;
  readonly input?: Readonly<Record<string, unknown>>;
  readonly tool_use_id?: string;
  readonly content?: string | readonly ContentBlock[];
  readonly is_error?: boolean;
}

/** One message of a conversation, as sent to the Messages API. */
interface Turn {
  readonly role: string;
  readonly content: string | readonly ContentBlock[];
}

/** The body of a Messages API request; unknown fields stay in it. */
interface MessagesBody {
  readonly model?: string;
  readonly stream?: boolean;
  readonly system?: string | readonly ContentBlock[];
  readonly tools?: readonly { readonly name?: string }[];
  readonly messages: readonly Turn[];
  readonly output_config?: unknown;
  readonly [field: string]: unknown;
}

/** A request of the client, prepared for scripts. */
export interface ModelRequest {
  /** True for a request of a subagent, false for the main conversation. */
  readonly isAgent: boolean;
  /** The subagent's id, as in hooks and notifications. */
  readonly agentId: string | undefined;
  /** True for the client's own requests (titles, safety reviews), which never reach a script. */
  readonly isSideRequest: boolean;
  /** The first user turn without the reminders that the client adds. */
  readonly firstUserText: string;
  /** The last user turn, without reminders other than system notifications. */
  readonly lastUserText: string;
  /** The turns that the client appended after the last user turn, including the context from hooks. */
  readonly contextText: string;
  /** Every `<task-notification>` element that is new in this request. */
  readonly notifications: readonly string[];
  /** The results of tool calls in the last user turn. */
  readonly toolResults: readonly ToolResult[];
  readonly system: string;
  readonly toolNames: readonly string[];
  /** How many assistant turns the conversation has so far; empty replies do not count. */
  readonly step: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly raw: MessagesBody;
}

/** The reply of the model. Without any field it is an empty text. */
export interface Reply {
  readonly text?: string;
  readonly toolUses?: readonly { readonly name: string; readonly input: object }[];
  /** Milliseconds before the first byte. */
  readonly delayMs?: number;
  readonly error?: {
    readonly status: number;
    readonly type?: string;
    readonly message?: string;
    readonly headers?: Readonly<Record<string, string>>;
  };
  /** Destroys the connection after a part of the stream. */
  readonly cut?: boolean;
  /** Destroys the connection before the first byte. */
  readonly reset?: boolean;
}

export type Script = (request: ModelRequest) => Reply | Promise<Reply>;

export interface ScriptedModel extends AsyncDisposable {
  /** Base address for `ANTHROPIC_BASE_URL`. */
  readonly url: string;
  /** Every Messages API request in order of arrival, side requests included. */
  readonly requests: readonly ModelRequest[];
  /** Ends open connections and the server; throws the first error that the script threw. */
  close(): Promise<void>;
}

const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  529: 'overloaded_error',
};

const CHUNK_LENGTH = 16_384;

const NOTIFICATION = /<task-notification>.*?<\/task-notification>/gs;

function blocksOf(content: string | readonly ContentBlock[] | undefined): readonly ContentBlock[] {
  if (content === undefined) return [];
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

function textOf(content: string | readonly ContentBlock[] | undefined): string {
  return blocksOf(content)
    .map((block) => block.text ?? '')
    .filter((text) => text !== '')
    .join('\n');
}

/** Whether a block is text of the user or a system notification, not another reminder. */
function isContent(block: ContentBlock): boolean {
  const text = block.text?.trim() ?? '';
  return !text.startsWith('<system-reminder>') || text.includes('[SYSTEM NOTIFICATION');
}

function contentText(turn: Turn | undefined): string {
  return textOf(blocksOf(turn?.content).filter(isContent));
}

function toolResultsOf(turn: Turn | undefined): ToolResult[] {
  return blocksOf(turn?.content)
    .filter((block) => block.type === 'tool_result')
    .map((block) => ({
      toolUseId: block.tool_use_id ?? '',
      text: textOf(block.content),
      isError: block.is_error === true,
    }));
}

function flatHeaders(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
}

function parseModelRequest(
  raw: MessagesBody,
  headers: Readonly<Record<string, string>>,
): ModelRequest {
  const toolNames = (raw.tools ?? []).map((tool) => tool.name ?? '');
  const agentId = headers['x-claude-code-agent-id'];
  const users = raw.messages.filter((turn) => turn.role === 'user');
  const lastUser = users.at(-1);
  const behind = raw.messages.slice(lastUser ? raw.messages.lastIndexOf(lastUser) + 1 : 0);
  const lastUserText = contentText(lastUser);
  const contextText = behind.map((turn) => textOf(turn.content)).join('\n');
  return {
    isAgent: agentId !== undefined,
    agentId,
    isSideRequest: toolNames.length === 0 && agentId === undefined,
    firstUserText: contentText(users[0]),
    lastUserText,
    contextText,
    notifications: `${lastUserText}\n${contextText}`.match(NOTIFICATION) ?? [],
    toolResults: toolResultsOf(lastUser),
    system: textOf(raw.system),
    toolNames,
    step: raw.messages.filter((turn) => turn.role === 'assistant').length,
    headers,
    raw,
  };
}

/** Cuts text into pieces for the stream, never between the halves of a surrogate pair. */
function chunksOf(text: string): string[] {
  const chunks: string[] = [];
  let start = 0;
  while (start < text.length) {
    let end = Math.min(start + CHUNK_LENGTH, text.length);
    const last = text.charCodeAt(end - 1);
    if (end < text.length && last >= 0xd800 && last <= 0xdbff) end += 1;
    chunks.push(text.slice(start, end));
    start = end;
  }
  return chunks;
}

interface OutgoingMessage {
  readonly id: string;
  readonly model: string;
  readonly content: readonly ContentBlock[];
  readonly stopReason: 'tool_use' | 'end_turn';
}

function envelope(message: OutgoingMessage, content: readonly ContentBlock[]): object {
  return {
    id: message.id,
    type: 'message',
    role: 'assistant',
    model: message.model,
    content,
    stop_reason: message.stopReason,
    stop_sequence: null,
    usage: { input_tokens: 10, output_tokens: 5 },
  };
}

function blockEvents(block: ContentBlock, index: number): object[] {
  const isText = block.type === 'text';
  const empty = isText ? { type: 'text', text: '' } : { ...block, input: {} };
  const pieces = chunksOf(isText ? (block.text ?? '') : JSON.stringify(block.input));
  const delta = (piece: string): object =>
    isText
      ? { type: 'text_delta', text: piece }
      : { type: 'input_json_delta', partial_json: piece };
  return [
    { type: 'content_block_start', index, content_block: empty },
    ...pieces.map((piece) => ({ type: 'content_block_delta', index, delta: delta(piece) })),
    { type: 'content_block_stop', index },
  ];
}

function streamEvents(message: OutgoingMessage): object[] {
  return [
    { type: 'message_start', message: { ...envelope(message, []), stop_reason: null } },
    ...message.content.flatMap(blockEvents),
    {
      type: 'message_delta',
      delta: { stop_reason: message.stopReason, stop_sequence: null },
      usage: { output_tokens: 5 },
    },
    { type: 'message_stop' },
  ];
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

function sendError(response: ServerResponse, error: NonNullable<Reply['error']>): void {
  const type = error.type ?? ERROR_TYPES[error.status] ?? 'api_error';
  const message = error.message ?? `injected ${error.status}`;
  sendJson(response, error.status, { type: 'error', error: { type, message } }, error.headers);
}

function sendStream(response: ServerResponse, message: OutgoingMessage, cut: boolean): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const events = streamEvents(message);
  const sent = cut ? events.slice(0, Math.min(3, events.length - 2)) : events;
  const text = sent.map((event) => {
    const type = 'type' in event ? String(event.type) : '';
    return `event: ${type}\ndata: ${JSON.stringify(event)}\n\n`;
  });
  // Destroy only after the bytes were sent, or the client would see a reset instead of a cut.
  if (cut) response.write(text.join(''), () => response.destroy());
  else response.end(text.join(''));
}

function sendReply(
  response: ServerResponse,
  reply: Reply,
  message: OutgoingMessage,
  stream: boolean,
) {
  if (reply.reset) response.destroy();
  else if (reply.error) sendError(response, reply.error);
  else if (stream) sendStream(response, message, reply.cut === true);
  else if (reply.cut) response.destroy();
  else sendJson(response, 200, envelope(message, message.content));
}

/** Makes a function that turns replies into messages with unique ids. */
function makeComposer(): (reply: Reply, model: string) => OutgoingMessage {
  let lastId = 0;
  // Unique across models too, as a real API's ids are.
  const series = randomBytes(4).toString('hex');
  const nextId = (prefix: string): string =>
    `${prefix}_${series}${String(++lastId).padStart(8, '0')}`;
  return (reply, model) => {
    const texts = reply.text === undefined ? [] : [{ type: 'text', text: reply.text }];
    const uses = (reply.toolUses ?? []).map(({ name, input }) => ({
      type: 'tool_use',
      id: nextId('toolu'),
      name,
      input: input as Readonly<Record<string, unknown>>,
    }));
    return {
      id: nextId('msg'),
      model,
      content: [...texts, ...uses],
      stopReason: uses.length > 0 ? 'tool_use' : 'end_turn',
    };
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** Answers the client's own requests: session titles, quota probes, safety reviews. */
function sideReply(request: ModelRequest): Reply {
  if (request.lastUserText.includes('<severity>')) return { text: '<severity>0</severity>' };
  const wantsJson = JSON.stringify(request.raw.output_config ?? '').includes('json_schema');
  return { text: wantsJson ? '{"title":"Scripted session"}' : 'ok' };
}

/**
 * Starts a model on loopback that answers the real client with a script.
 *
 * @param script decides the reply of every turn of the main conversation and of its agents; the
 *   client's own side requests are answered without it
 * @returns the running model; `close` it, or declare it with `await using`
 */
export async function startScriptedModel(script: Script): Promise<ScriptedModel> {
  const requests: ModelRequest[] = [];
  const scriptErrors: unknown[] = [];
  const closing = new AbortController();
  // Every delayed reply adds a listener.
  setMaxListeners(0, closing.signal);
  const compose = makeComposer();

  const decide = async (request: ModelRequest): Promise<Reply> => {
    if (request.isSideRequest) return sideReply(request);
    try {
      return await script(request);
    } catch (error) {
      scriptErrors.push(error);
      return { error: { status: 400, message: `the script threw: ${String(error)}` } };
    }
  };

  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(incoming);
    const path = new URL(incoming.url ?? '/', 'http://localhost').pathname;
    if (path === '/v1/messages/count_tokens') return sendJson(response, 200, { input_tokens: 10 });
    if (path !== '/v1/messages') return sendError(response, { status: 404 });
    const request = parseModelRequest(JSON.parse(body) as MessagesBody, flatHeaders(incoming));
    requests.push(request);
    const reply = await decide(request);
    if (reply.delayMs) await sleep(reply.delayMs, undefined, { signal: closing.signal });
    const message = compose(reply, request.raw.model ?? 'scripted');
    sendReply(response, reply, message, request.raw.stream === true);
  };

  const server = createServer((incoming, response) => {
    answer(incoming, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  const end = async (): Promise<void> => {
    closing.abort();
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  const forget = registerCleanUp(end);
  const close = async (): Promise<void> => {
    forget();
    await end();
    if (scriptErrors.length > 0) throw scriptErrors[0];
  };
  return { url: `http://127.0.0.1:${port}`, requests, close, [Symbol.asyncDispose]: close };
}
