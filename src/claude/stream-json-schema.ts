import * as z from 'zod/mini';

/**
 * Lines of the client's `--output-format stream-json`, as far as they are used here. Like all that
 * the client sends they are loose.
 */
const tokens = z.looseObject({
  input_tokens: z.optional(z.number()),
  output_tokens: z.optional(z.number()),
  cache_read_input_tokens: z.optional(z.number()),
  cache_creation_input_tokens: z.optional(z.number()),
});
export type StreamTokens = z.infer<typeof tokens>;

const block = z.looseObject({
  type: z.string(),
  name: z.optional(z.string()),
  input: z.optional(z.record(z.string(), z.unknown())),
});

const assistantLine = z.looseObject({
  type: z.literal('assistant'),
  message: z.looseObject({
    id: z.optional(z.string()),
    content: z.array(block),
    usage: z.optional(tokens),
  }),
  /** The client's name of an API error; the message is then its text. */
  error: z.optional(z.string()),
});

const modelUse = z.looseObject({ costUSD: z.optional(z.number()) });

/** One for every turn; a turn that a background task woke has another. */
const resultLine = z.looseObject({
  type: z.literal('result'),
  subtype: z.string(),
  is_error: z.optional(z.boolean()),
  result: z.optional(z.string()),
  errors: z.optional(z.array(z.string())),
  /** Of the whole session, so also of what a resumed one cost before. */
  total_cost_usd: z.optional(z.number()),
  /** Of this turn alone; older clients do not give it. */
  model_usage_since_last_result: z.optional(z.record(z.string(), modelUse)),
});
export type ResultLine = z.infer<typeof resultLine>;

export const streamLine = z.discriminatedUnion('type', [assistantLine, resultLine]);
export type StreamLine = z.infer<typeof streamLine>;
