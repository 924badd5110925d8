import { describe, expect, it } from 'vitest';
import type { ErrorCategory } from '../../../src/ledger/error-category.ts';
import { classifyError, isOverload } from '../../../src/run/classify-error.ts';

const CASES: [ErrorCategory, string | undefined, string][] = [
  ['transient', 'rate_limit', 'API Error: Request rejected (429) · boom'],
  ['transient', 'server_error', 'API Error: 529 overloaded'],
  ['transient', 'server_error', 'Connection dropped (ECONNRESET)'],
  ['transient', 'overloaded', ''],
  ['transient', 'timeout', ''],
  ['fatal', 'authentication_failed', 'API Error: 401 invalid x-api-key'],
  ['fatal', 'billing_error', 'Credit balance is too low'],
  ['fatal', 'invalid_request', 'prompt is too long'],
  ['fatal', 'model_not_found', ''],
  ['fatal', 'max_output_tokens', ''],
  ['denied', 'permission_denied', ''],
  ['fatal', 'unknown', 'API Error: 400 bad thing'],
  ['transient', 'unknown', 'API Error: 503 try again'],
  ['transient', undefined, 'API Error: Request rejected (429) · boom 429'],
  ['transient', undefined, '… API Error: 529 overloaded (error type x, HTTP 529, model y)'],
  ['fatal', undefined, 'Agent terminated early: (error type unknown, HTTP 400, model y)'],
  ['denied', undefined, '(error type unknown, HTTP 403, model y)'],
  ['transient', undefined, '(error type unknown, HTTP 408, model y)'],
  ['fatal', undefined, '(error type unknown, HTTP 404, model y)'],
  ['transient', undefined, 'connect ECONNREFUSED 127.0.0.1:443'],
  ['transient', undefined, 'TypeError: fetch failed'],
  ['transient', undefined, 'Concurrent subagent limit reached. You can run 2 subagents at once.'],
  ['fatal', undefined, "Agent type 'nope' not found. Available agents: Explore"],
  ['fatal', undefined, 'it took 429 steps'],
  ['fatal', 'toString', ''],
  ['fatal', undefined, ''],
];

describe('classifyError', () => {
  it.each(CASES)('is %s for %s: %s', (category, name, message) => {
    expect(classifyError(name, message)).toBe(category);
  });
});

describe('isOverload', () => {
  it.each([
    ['API Error: 529 overloaded', true],
    ['the client did not start: spawn /usr/bin/claude EMFILE', true],
    ['the client did not start: spawn ENOMEM', true],
    ['the client did not start: spawn /usr/bin/claude ENOENT', false],
    ['getaddrinfo EAI_AGAIN api.example', false],
  ])('of %s is %s', (message, expected) => {
    expect(isOverload('transient', message)).toBe(expected);
  });
});
