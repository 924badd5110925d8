import type { ErrorCategory } from '../ledger/error-category.ts';

/**
 * The categories of errors by name. The names are those in the `StopFailure.error` of Claude Code;
 * if a name is not listed, the HTTP status decides.
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
/** How the client names an error in a text, where it has no field for the name. */
const NAME_IN_TEXT = /\(error type (\w+)/;
const CONCURRENCY_LIMIT = /concurrent subagent limit/i;
const LIMIT_IN_TEXT = /You can run (\d+) subagents? at once/;
/** The last four are errors of the operating system when it cannot start more processes. */
const OVERLOAD = /\b(?:429|529)\b|rate.?limit|overloaded|\bE(?:MFILE|NFILE|AGAIN|NOMEM)\b/i;

/**
 * Classifies a failure of the client or the API.
 * @param name the client's name for the error; if undefined, it is looked for in the message
 * @param message the client's text
 * @returns `fatal` for an unknown error, since repeating it may do harm
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

/** Whether a failure means that fewer agents should run at once. */
export function isOverload(category: ErrorCategory | null, message: string | null): boolean {
  return category === 'transient' && OVERLOAD.test(message ?? '');
}

/** How many agents the client runs at once, taken from its refusal of one more; null if not named. */
export function clientLimit(message: string): number | null {
  const [, limit] = LIMIT_IN_TEXT.exec(message) ?? [];
  return limit === undefined ? null : Number(limit);
}
