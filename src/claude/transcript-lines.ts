import * as z from 'zod/mini';
import { readLastLines } from '../platform/regular-file.ts';
import { contextAfter, messageTokens } from './message-tokens.ts';

/**
 * The lines of a transcript that are used here. Like all schemas of what Claude Code writes, it is
 * loose.
 */
const userLine = z.looseObject({
  type: z.literal('user'),
  timestamp: z.string(),
  message: z.looseObject({
    content: z.union([
      z.string(),
      z.array(z.looseObject({ type: z.string(), text: z.optional(z.string()) })),
    ]),
  }),
});

const assistantLine = z.looseObject({
  type: z.literal('assistant'),
  message: z.looseObject({
    id: z.string(),
    stop_reason: z.nullish(z.string()),
    usage: z.optional(messageTokens),
    content: z.array(z.looseObject({ type: z.string(), text: z.optional(z.string()) })),
  }),
});

/** Far more than what follows an interruption; bytes. */
const TAIL = 262_144;

/** What the client writes into the transcript when the person presses Esc. */
const INTERRUPTION = /^\[Request interrupted by user(?: for tool use)?\]$/;

/**
 * When the person last interrupted a session.
 * @param path of its transcript
 * @returns ISO 8601; null if they did not, or not lately
 */
export function lastInterruption(path: string): string | null {
  for (const line of readLines(path, TAIL).reverse()) {
    if (!line.includes('[Request interrupted by user')) continue;
    const { data } = userLine.safeParse(parseJson(line));
    if (data && textsOf(data).some((text) => INTERRUPTION.test(text))) return data.timestamp;
  }
  return null;
}

/** Enough for the parts of a cut message; bytes. */
const TAIL_WITH_PARTS = 1_000_000;

/** On a busy machine, the client may write the last part only after its event; milliseconds. */
const LONGEST_WAIT = 1_000;
const POLL_INTERVAL = 50;

/**
 * The last message of an agent with all parts, if the output limit cut it. Waits if the transcript
 * does not end with the message yet.
 * @param path of its transcript
 * @param last its last part
 * @returns null if it was not cut, or the transcript does not have it
 */
export function wholeLastMessage(
  path: string,
  last: string,
  sleep: (ms: number) => void,
): string | null {
  for (let waited = 0; ; waited += POLL_INTERVAL) {
    const texts = lastTexts(path);
    const isThere = withoutBlanks(texts?.at(-1) ?? '') === withoutBlanks(last);
    if (texts && isThere) return texts.length > 1 ? texts.join('\n').trim() : null;
    if (!texts || waited >= LONGEST_WAIT) return null;
    sleep(POLL_INTERVAL);
  }
}

/** The parts of the last message in a transcript; null if there is no transcript. */
function lastTexts(path: string): string[] | null {
  const lines = readLines(path, TAIL_WITH_PARTS);
  if (lines.length === 0) return null;
  const parts: { id: string; text: string }[] = [];
  for (const line of lines.reverse()) {
    if (!line.includes('"type":"assistant"')) continue;
    const { data } = assistantLine.safeParse(parseJson(line));
    if (!data) continue;
    const { id, stop_reason: reason, content } = data.message;
    const [next] = parts;
    if (next && next.id !== id && reason !== 'max_tokens') break;
    const text = content.map((block) => block.text ?? '').join('');
    if (next?.id === id) next.text = text + next.text;
    else parts.unshift({ id, text });
  }
  return parts.map(({ text }) => text).filter((text) => text.trim() !== '');
}

/** The client separates the blocks of a message by blanks of its choice. */
function withoutBlanks(text: string): string {
  return text.replace(/\s+/g, '');
}

/**
 * How many tokens the latest message of an agent read and wrote, which its next one reads again.
 * @param path of its transcript
 * @returns null if the transcript does not have it
 */
export function contextTokens(path: string): number | null {
  for (const line of readLines(path, TAIL_WITH_PARTS).reverse()) {
    if (!line.includes('"type":"assistant"')) continue;
    const usage = assistantLine.safeParse(parseJson(line)).data?.message.usage;
    // The client's own messages, such as those about API errors, have none.
    const tokens = usage ? contextAfter(usage) : 0;
    if (tokens > 0) return tokens;
  }
  return null;
}

function textsOf({ message: { content } }: z.infer<typeof userLine>): string[] {
  if (typeof content === 'string') return [content];
  return content.flatMap(({ type, text }) => (type === 'text' && text ? [text] : []));
}

/** A session that was never written to disk has no transcript. */
function readLines(path: string, bytes: number): string[] {
  try {
    return readLastLines(path, bytes);
  } catch {
    return [];
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
