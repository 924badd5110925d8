import * as z from 'zod/mini';
import type { Usage } from '../ledger/events.ts';
import { NOTHING_USED } from '../ledger/nothing-used.ts';
import { addTokens, contextAfter, messageTokens } from './message-tokens.ts';
import { describeCall, isReportCall, isSwarmCall } from './tool-call.ts';
import { EDIT_TOOLS } from './tools.ts';

/**
 * The lines of `--output-format stream-json` that are used here. Like all schemas of what Claude Code
 * sends, they are loose.
 */
const block = z.looseObject({
  type: z.string(),
  name: z.optional(z.string()),
  text: z.optional(z.string()),
  input: z.optional(z.record(z.string(), z.unknown())),
});

const assistantLine = z.looseObject({
  type: z.literal('assistant'),
  message: z.looseObject({
    id: z.optional(z.string()),
    content: z.array(block),
    usage: z.optional(messageTokens),
    model: z.optional(z.string()),
  }),
  /** Claude Code's name for an API error, whose text is then the message. */
  error: z.optional(z.string()),
  /** Set if an agent of the worker says it. */
  parent_tool_use_id: z.nullish(z.string()),
});

const modelUse = z.looseObject({ costUSD: z.optional(z.number()) });

/** The end of a turn. A turn that a background task starts has one, too. */
const resultLine = z.looseObject({
  type: z.literal('result'),
  subtype: z.string(),
  is_error: z.optional(z.boolean()),
  result: z.optional(z.string()),
  num_turns: z.optional(z.number()),
  errors: z.optional(z.array(z.string())),
  /** For the whole session, including what a resumed session had cost before. */
  total_cost_usd: z.optional(z.number()),
  /** The tool calls that the client refused in the whole session. */
  permission_denials: z.optional(
    z.array(z.looseObject({ tool_name: z.string(), tool_use_id: z.optional(z.string()) })),
  ),
  /** For this turn only; older clients do not send it. */
  model_usage_since_last_result: z.optional(z.record(z.string(), modelUse)),
});
type ResultLine = z.infer<typeof resultLine>;

/** The state of the subscription's usage limits. */
const limitLine = z.looseObject({
  type: z.literal('rate_limit_event'),
  rate_limit_info: z.looseObject({
    status: z.string(),
    /** Seconds since 1970. */
    resetsAt: z.optional(z.number()),
    /** The used share of the limit, from 0 to 1. */
    utilization: z.optional(z.number()),
  }),
});

/** What the worker has running in the background, and how one of these tasks ended. */
const systemLine = z.looseObject({
  type: z.literal('system'),
  subtype: z.string(),
  tasks: z.optional(z.array(z.looseObject({ task_id: z.string(), task_type: z.string() }))),
  task_id: z.optional(z.string()),
  status: z.optional(z.string()),
});

const streamLine = z.discriminatedUnion('type', [assistantLine, resultLine, limitLine, systemLine]);
type StreamLine = z.infer<typeof streamLine>;

/** What an agent has done, as its tool calls show; calls of `swarm` are left out. */
export interface Work {
  /** How many calls of each tool. */
  toolCalls: Map<string, number>;
  /** The files that it changed with the client's own tools, as in their input. */
  files: Set<string>;
  model: string | null;
  /** How many agents of its own were running when it stored its report. */
  openAgents: number;
}

/** What a worker's stream has reported so far. */
export interface WorkerStream {
  usage: Usage;
  work: Work;
  /** How many tokens its latest message read and wrote; null before the first. */
  contextTokens: number | null;
  activity: string | null;
  /** Claude Code's name for the API error that ended the latest message; null if there was none. */
  apiError: string | null;
  /** When the usage limit that rejects requests ends, ISO 8601; null if none does. */
  limitedUntil: string | null;
  /** The used share of a limit that does not reject requests yet, from 0 to 1, and its end. */
  nearLimit: { used: number; until: string } | null;
  /** What the worker itself has said in this turn since its latest tool call. */
  said: string[];
  /** Whether the latest turn has ended and no other has begun. */
  isTurnOver: boolean;
  /** Its tasks that run in the background: id and type. */
  background: Map<string, string>;
  /** Whether an agent of it was stopped, and it has not said anything since. */
  isCutOff: boolean;
  /** How the latest turn ended; null during the first one. */
  result: ResultLine | null;
  /** The message whose tokens were counted last: every block of a message is a line of its own. */
  countedMessage: string | null;
}

const newWork = (): Work => ({
  toolCalls: new Map(),
  files: new Set(),
  model: null,
  openAgents: 0,
});

/** @param earlier the stream of an earlier process of the same session, to continue its counts */
export function newWorkerStream(earlier?: Pick<WorkerStream, 'usage' | 'work'>): WorkerStream {
  const usage = { ...(earlier?.usage ?? NOTHING_USED) };
  const work = earlier?.work ?? newWork();
  return {
    ...{ usage, work, contextTokens: null, activity: null, apiError: null, limitedUntil: null },
    nearLimit: null,
    ...{ said: [], isTurnOver: false, background: new Map(), isCutOff: false },
    ...{ result: null, countedMessage: null },
  };
}

/**
 * Updates `stream` with one line. Lines that are not Claude Code's are ignored: a program that the
 * worker runs may write to the same stream.
 * @returns whether the line was used
 */
export function readStreamLine(stream: WorkerStream, line: string): boolean {
  const event = parseLine(line);
  if (event?.type === 'assistant') readMessage(stream, event);
  else if (event?.type === 'result') readResult(stream, event);
  else if (event?.type === 'rate_limit_event') readLimit(stream, event);
  else if (event) readBackground(stream, event);
  return event !== null;
}

function readLimit(
  stream: WorkerStream,
  { rate_limit_info: { status, resetsAt, utilization: used } }: z.infer<typeof limitLine>,
): void {
  const until = resetsAt === undefined ? null : new Date(resetsAt * 1_000).toISOString();
  const isRejected = status === 'rejected';
  stream.limitedUntil = isRejected ? until : null;
  stream.nearLimit = !isRejected && until && used !== undefined ? { used, until } : null;
}

function parseLine(line: string): StreamLine | null {
  // Most lines have other types, and some of them are too long to parse for nothing.
  const isRead =
    /"type":"(?:assistant|result|rate_limit_event)"|"(?:background_tasks_changed|task_notification)"/.test(
      line,
    );
  if (!line.startsWith('{') || !isRead) return null;
  try {
    return streamLine.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}

function readMessage(stream: WorkerStream, line: Extract<StreamLine, { type: 'assistant' }>): void {
  const { id, content, usage } = line.message;
  stream.apiError = line.error ?? null;
  if (!line.parent_tool_use_id) readWords(stream, line);
  if (line.message.model && line.error === undefined) stream.work.model = line.message.model;
  for (const { type, name = 'a tool', input } of content) {
    if (type !== 'tool_use') continue;
    stream.usage.toolCalls++;
    if (isReportCall(input)) stream.work.openAgents = countOpenAgents(stream);
    // Reporting progress is not an activity worth showing.
    if (isSwarmCall(input)) continue;
    stream.activity = describeCall(name, input);
    noteWork(stream.work, name, input);
  }
  if (usage && (id === undefined || id !== stream.countedMessage)) {
    addTokens(stream.usage, usage);
    if (!line.parent_tool_use_id) stream.contextTokens = contextAfter(usage);
    stream.countedMessage = id ?? null;
  }
}

function noteWork(
  { toolCalls, files }: Work,
  name: string,
  input: Readonly<Record<string, unknown>> = {},
): void {
  toolCalls.set(name, (toolCalls.get(name) ?? 0) + 1);
  const file = input[EDIT_TOOLS.get(name) ?? ''];
  if (typeof file === 'string') files.add(file);
}

function readWords(
  stream: WorkerStream,
  { error, message: { content } }: z.infer<typeof assistantLine>,
): void {
  stream.isCutOff = false;
  // The words before it belong to the turn that a result has ended.
  if (stream.isTurnOver) stream.said = [];
  stream.isTurnOver = false;
  for (const { type, text } of content) {
    if (type === 'tool_use') stream.said = [];
    else if (type === 'text' && text && error === undefined) stream.said.push(text);
  }
}

/**
 * The last words of a worker, whole: the output limit may have cut them into several messages, and a
 * `Stop` hook may have sent it back to work with nothing left to say.
 */
export function lastWords({ said, result }: WorkerStream): string | null {
  const parts = [...new Set(said)];
  const words = blockedPrompt(result) === null ? result?.result : undefined;
  if (parts.length > 1) return parts.join('\n');
  return words || (parts[0] ?? words ?? null);
}

/** The client calls no model then, and reports success. */
const BLOCKED = /^(?:UserPromptSubmit operation blocked|Operation stopped) by hook:\s*/;

/** Why a hook of the user or of another plugin blocked the worker's prompt; null if none did. */
export function blockedPrompt(result: WorkerStream['result']): string | null {
  if (result?.num_turns !== 0 || !BLOCKED.test(result.result ?? '')) return null;
  return (result.result ?? '').replace(BLOCKED, '').split('\n\nOriginal prompt:')[0] ?? '';
}

export const AGENT_TASK = 'local_agent';

/** How many agents of its own are running. */
export function countOpenAgents({ background }: Pick<WorkerStream, 'background'>): number {
  return [...background.values()].filter((type) => type === AGENT_TASK).length;
}

function readBackground(
  stream: WorkerStream,
  { subtype, tasks, task_id: id, status }: z.infer<typeof systemLine>,
): void {
  if (subtype === 'background_tasks_changed') {
    stream.background = new Map((tasks ?? []).map((one) => [one.task_id, one.task_type]));
  }
  const isAgent = id !== undefined && stream.background.get(id) === AGENT_TASK;
  if (subtype === 'task_notification' && isAgent && status !== 'completed' && status !== 'failed') {
    stream.isCutOff = true;
  }
}

/**
 * Whether the last words of a worker came before its work was done: it waited for an agent of its
 * own, or, if it was asked to end, for anything in the background.
 */
export function isInterim({ background, isCutOff }: WorkerStream, wasAskedToEnd: boolean): boolean {
  return isCutOff || countOpenAgents({ background }) > 0 || (wasAskedToEnd && background.size > 0);
}

/** The tools of calls that the client refused a worker; each once. */
export function deniedTools({ result }: WorkerStream, gates: ReadonlySet<string>): string[] {
  const denied = (result?.permission_denials ?? []).filter(
    ({ tool_use_id: id }) => id === undefined || !gates.has(id),
  );
  return [...new Set(denied.map(({ tool_name }) => tool_name))];
}

function readResult(stream: WorkerStream, line: ResultLine): void {
  stream.result = line;
  stream.isTurnOver = true;
  const ofTurn = line.model_usage_since_last_result;
  if (ofTurn) {
    const cost = Object.values(ofTurn).reduce((sum, { costUSD = 0 }) => sum + costUSD, 0);
    stream.usage.costUsd = (stream.usage.costUsd ?? 0) + cost;
  } else if (line.total_cost_usd !== undefined) {
    stream.usage.costUsd = line.total_cost_usd;
  }
}
