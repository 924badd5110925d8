import * as z from 'zod/mini';
import { describeCall } from './tool-call.ts';

/** One thing that an agent said, did or got to see. */
export interface TranscriptEntry {
  /** ISO 8601; null if the client does not say. */
  at: string | null;
  kind: 'prompt' | 'text' | 'call' | 'result';
  /** Of a call, one line; of everything else, the whole text. */
  text: string;
  /** Whether a result is an error. */
  isError: boolean;
}

const block = z.looseObject({
  type: z.string(),
  text: z.optional(z.string()),
  name: z.optional(z.string()),
  input: z.optional(z.record(z.string(), z.unknown())),
  content: z.optional(z.unknown()),
  is_error: z.optional(z.boolean()),
});

/** A line of a transcript that a person may read; others are the client's own. */
const line = z.looseObject({
  type: z.enum(['user', 'assistant']),
  timestamp: z.optional(z.string()),
  message: z.looseObject({ content: z.union([z.string(), z.array(block)]) }),
});

/** The entries of one line of a transcript; none if it is not for people, or not whole. */
export function entriesOfLine(text: string): TranscriptEntry[] {
  const { data } = line.safeParse(parseJson(text));
  if (!data) return [];
  const { timestamp: at = null, type, message } = data;
  const said = type === 'user' ? 'prompt' : 'text';
  const blocks = typeof message.content === 'string' ? null : message.content;
  if (!blocks) return entry(at, said, String(message.content));
  return blocks.flatMap((one) => {
    if (one.type === 'text') return entry(at, said, one.text ?? '');
    if (one.type === 'tool_use') return entry(at, 'call', callOf(one.name ?? '', one.input));
    if (one.type !== 'tool_result') return [];
    return entry(at, 'result', textOf(one.content), one.is_error === true);
  });
}

function entry(
  at: string | null,
  kind: TranscriptEntry['kind'],
  text: string,
  isError = false,
): TranscriptEntry[] {
  return text.trim() === '' ? [] : [{ at, kind, text: text.trim(), isError }];
}

/** Of a command, the command itself and not what the model calls it. */
function callOf(tool: string, input: Readonly<Record<string, unknown>> = {}): string {
  const { command } = input;
  return typeof command === 'string' ? `${tool}: ${command}` : describeCall(tool, input);
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((part) => (typeof part?.text === 'string' ? part.text : `[${part?.type ?? 'data'}]`))
    .join('\n');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
