import type { ErrorCategory } from '../ledger/error-category.ts';

/**
 * How a failure of the client or the API is categorised. The names are those of the client's
 * `StopFailure.error`; the HTTP status decides where the name says nothing.
 */
export const BY_NAME: Record<string, ErrorCategory> = {
  rate_limit: 'transient',
  server_error: 'transient',
  overloaded: 'transient',
  timeout: 'transient',
  network_error: 'transient',
  connection_error: 'transient',
  authentication_failed: 'fatal',
  billing_error: 'fatal',
  invalid_request: 'fatal',
  model_not_found: 'fatal',
  max_output_tokens: 'fatal',
  permission_denied: 'denied',
};

export const BY_HTTP_STATUS: Record<number, ErrorCategory> = {
  403: 'denied',
  408: 'transient',
  409: 'transient',
  429: 'transient',
  500: 'transient',
  502: 'transient',
  503: 'transient',
  504: 'transient',
  529: 'transient',
};

const NETWORK =
  /\b(?:ECONN\w+|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|socket hang up|fetch failed|Connection error|network error)/i;
const HTTP_STATUS = /\bHTTP (\d{3})\b|\bAPI Error:? (?:Request rejected )?\(?(\d{3})\b/;
/** How the client names an error where it gives no field for that. */
const NAME_IN_TEXT = /\(error type (\w+)/;
const CONCURRENCY_LIMIT = /concurrent subagent limit/i;
const LIMIT_IN_TEXT = /You can run (\d+) subagents? at once/;
/** The last four are the system's, when it starts no more processes. */
const OVERLOAD = /\b(?:429|529)\b|rate.?limit|overloaded|\bE(?:MFILE|NFILE|AGAIN|NOMEM)\b/i;

/**
 * @param name the client's name for the error, where it gives one; else it is looked for in the text
 * @param message the client's text
 * @returns the category; what is not known is `fatal`, since repeating it may do harm
 */
export function classifyError(name: string | undefined, message: string): ErrorCategory {
  const key = name ?? NAME_IN_TEXT.exec(message)?.[1] ?? '';
  const byName = Object.hasOwn(BY_NAME, key) ? BY_NAME[key] : undefined;
  if (byName) return byName;
  const [, first, second] = HTTP_STATUS.exec(message) ?? [];
  const byStatus = BY_HTTP_STATUS[Number(first ?? second)];
  if (byStatus) return byStatus;
  if (CONCURRENCY_LIMIT.test(message) || NETWORK.test(message)) return 'transient';
  return 'fatal';
}

/** Whether a failure says that fewer agents should work at once. */
export function isOverload(category: ErrorCategory | null, message: string | null): boolean {
  return category === 'transient' && OVERLOAD.test(message ?? '');
}

/** How many agents the client runs at once, from the text with which it refuses one more. */
export function clientLimit(message: string): number | null {
  const [, limit] = LIMIT_IN_TEXT.exec(message) ?? [];
  return limit === undefined ? null : Number(limit);
}
