import type { Usage } from './events.ts';

export const NOTHING_USED: Usage = {
  toolCalls: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheCreationTokens: 0,
  costUsd: null,
};
