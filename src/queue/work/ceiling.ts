import type { Order } from '../wire/order.ts';

/** The most that orders may ask of a worker, set by the person who started it. */
export interface Ceiling {
  /** The models that orders may name; the first is used for an order that names none. Empty: any. */
  models: readonly string[];
  /** Null means the client's own default. */
  permissionMode: string | null;
  /** Rules as for the client. A bare tool such as `Bash` includes its narrower rules. */
  allowedTools: readonly string[];
  /** US dollars for one attempt; null means no limit of the worker's own. */
  budgetUsd: number | null;
  /** Whether the commands of checks may run here. */
  checks: boolean;
}

type Client = Order['client'];

/** From the mode that allows least to the one that allows most. */
const MODES = [
  ['plan'],
  ['default', 'manual', 'dontAsk'],
  ['acceptEdits'],
  ['auto'],
  ['bypassPermissions'],
];
const DEFAULT_MODE = 'default';

/**
 * How the client is started for an order.
 * @param checks the commands that the order has run
 * @returns `refusal` if the order asks for more than the worker allows, with the option that would
 *   allow it
 */
export function limitClient(
  client: Client,
  checks: readonly string[],
  ceiling: Ceiling,
): { client: Client; refusal: null } | { client: null; refusal: string } {
  const refusal =
    refuseMode(client.permissionMode, ceiling) ??
    refuseTools(client.allowedTools, ceiling) ??
    refuseModel(client.model, ceiling) ??
    refuseChecks(checks, ceiling);
  if (refusal !== null) return { client: null, refusal };
  const model = client.model ?? ceiling.models[0] ?? null;
  const budgetUsd = lower(client.budgetUsd, ceiling.budgetUsd);
  return { client: { ...client, model, budgetUsd }, refusal: null };
}

function refuseMode(asked: string | null, { permissionMode }: Ceiling): string | null {
  if (asked === null || asked === permissionMode) return null;
  const rank = rankOf(asked);
  if (rank !== -1 && rank <= rankOf(permissionMode ?? DEFAULT_MODE)) return null;
  return `it asks for the permission mode ${asked}, and this worker allows ${permissionMode ?? DEFAULT_MODE} at most. Start the worker with --permission-mode ${asked}, or the run with less`;
}

function rankOf(mode: string): number {
  return MODES.findIndex((names) => names.includes(mode));
}

function refuseTools(asked: readonly string[], { allowedTools }: Ceiling): string | null {
  const allowed = new Set(allowedTools.flatMap(splitRules));
  const beyond = asked
    .flatMap(splitRules)
    .filter((rule) => !allowed.has(rule) && !allowed.has(toolOf(rule)));
  if (beyond.length === 0) return null;
  const list = beyond.join(',');
  return `it allows the tools ${list}, and this worker does not. Start the worker with --allowed-tools '${list}', or the run without`;
}

/** @param list separated by commas or spaces, but not within parentheses */
export function splitRules(list: string): string[] {
  return list.match(/[^\s,(]+(?:\([^)]*\))?/g) ?? [];
}

function toolOf(rule: string): string {
  return rule.replace(/\(.*$/s, '');
}

function refuseModel(asked: string | null, { models }: Ceiling): string | null {
  if (asked === null || models.length === 0 || models.includes(asked)) return null;
  return `it asks for the model ${asked}, and this worker allows ${models.join(', ')}. Start the worker with --model ${[...models, asked].join(',')}, or the run with another model`;
}

function refuseChecks(commands: readonly string[], { checks }: Ceiling): string | null {
  const [first] = commands;
  if (checks || first === undefined) return null;
  return `it has a check (${first}), and this worker runs none. Start the worker with --allow-checks`;
}

function lower(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}
