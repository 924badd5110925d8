import * as z from 'zod/mini';
import type { Usage } from '../ledger/events.ts';

/** The tokens of one message, as stream and transcript have them. */
export const messageTokens = z.looseObject({
  input_tokens: z.optional(z.number()),
  output_tokens: z.optional(z.number()),
  cache_read_input_tokens: z.optional(z.number()),
  cache_creation_input_tokens: z.optional(z.number()),
});
export type MessageTokens = z.infer<typeof messageTokens>;

/** Adds the tokens of a message to what was used before it. */
export function addTokens(usage: Usage, tokens: MessageTokens): void {
  usage.inputTokens += tokens.input_tokens ?? 0;
  usage.outputTokens += tokens.output_tokens ?? 0;
  usage.cacheReadTokens += tokens.cache_read_input_tokens ?? 0;
  usage.cacheCreationTokens += tokens.cache_creation_input_tokens ?? 0;
}

/** How large the context is after a message: the next one reads all of it again. */
export function contextAfter(tokens: MessageTokens): number {
  const { input_tokens: input = 0, output_tokens: output = 0 } = tokens;
  const { cache_read_input_tokens: read = 0, cache_creation_input_tokens: created = 0 } = tokens;
  return input + output + read + created;
}
