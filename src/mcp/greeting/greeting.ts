/**
 * What the server answers to a client that does no more than connect, by method: the results as
 * the server itself gives them. The build writes them down (`dist/mcp-greeting.json`), so that a
 * session in which nobody calls a tool does without the SDK.
 */
export interface Greeting {
  /** For clients of this protocol version, which they name once, in `initialize`. */
  legacy: Results & { protocolVersion: string };
  /** For clients that name this protocol version in each request. */
  modern: Results & { protocolVersion: string };
}

type Results = Readonly<Record<string, unknown>>;

/** The key of a request's `_meta` that names the version. */
export const VERSION_KEY = 'io.modelcontextprotocol/protocolVersion';

const SENDER_KEYS = [
  'io.modelcontextprotocol/clientInfo',
  'io.modelcontextprotocol/clientCapabilities',
];

/** A message of a client, of which nothing is known yet. */
interface Message {
  id?: unknown;
  method?: unknown;
  params?: {
    protocolVersion?: unknown;
    cursor?: unknown;
    name?: unknown;
    arguments?: Record<string, unknown>;
    _meta?: Record<string, unknown>;
  };
}

interface Greeted {
  greeting: Greeting;
  /** The resources; null if only the server can tell. */
  listResources(): object[] | null;
  /** Answers a call of the tool that hooks call; undefined for other tools. */
  callHook(name: string, args: Record<string, unknown>): Promise<object | null> | undefined;
}

/** The answer to a message: its result, nothing for a notification, or undefined if unknown. */
export type Answer = { result: unknown } | 'nothing' | undefined;

/**
 * Answers the messages of one client as long as they are known ones.
 * @returns a function that answers one message
 */
export function answerGreeting(greeted: Greeted): (message: unknown) => Promise<Answer> | Answer {
  const { legacy, modern } = greeted.greeting;
  let isInitialized = false;
  return (message) => {
    const { id, method, params } = (message ?? {}) as Message;
    if (typeof method !== 'string') return undefined;
    if (id === undefined) {
      return isInitialized && method === 'notifications/initialized' ? 'nothing' : undefined;
    }
    const version = params?._meta?.[VERSION_KEY];
    const isModern = version === modern.protocolVersion && isComplete(params?._meta);
    if (method === 'initialize') {
      isInitialized = version === undefined && params?.protocolVersion === legacy.protocolVersion;
      return isInitialized ? { result: legacy[method] } : undefined;
    }
    if (!isModern && (version !== undefined || !isInitialized)) return undefined;
    const results = isModern ? modern : legacy;
    if (method === 'tools/call') return answerCall(params, results, greeted);
    if (params?.cursor !== undefined) return undefined;
    if (method === 'resources/list') return answerResources(results[method], greeted);
    return Object.hasOwn(results, method) ? { result: results[method] } : undefined;
  };
}

/** @param frame the result for a repository without runs */
function answerResources(frame: unknown, { listResources }: Greeted): Answer {
  const resources = listResources();
  return resources === null ? undefined : { result: { ...(frame as object), resources } };
}

/** The server refuses requests of this version that do not say who sends them. */
function isComplete(meta: Record<string, unknown> = {}): boolean {
  return SENDER_KEYS.every((key) => typeof meta[key] === 'object' && meta[key] !== null);
}

function answerCall(
  params: Message['params'],
  results: Results,
  { callHook }: Greeted,
): Promise<Answer> | undefined {
  if (typeof params?.name !== 'string') return undefined;
  const answer = callHook(params.name, params.arguments ?? {});
  return answer?.then((output) => ({ result: hookResult(results['tools/call'], output) }));
}

/** The result of a hook's call, in the frame that the client's version expects. */
function hookResult(frame: unknown, output: object | null): object {
  const content = [{ type: 'text', text: JSON.stringify(output ?? {}) }];
  return { ...(frame as object), content };
}
