import { findNodeAtLocation, type Node, type ParseError, parseTree } from 'jsonc-parser';
import { type HookGroup, type HookGroups, hooksFileSchema } from '../claude/hook-groups.ts';
import { SwarmError } from '../errors/swarm-error.ts';
import { findingsOf } from '../errors/validation-issue.ts';
import { type DropInSettings, isDropInHandler, isDropInStatusLine } from './drop-in.ts';
import { appendJson, removeJson } from './edit-json.ts';

/** A `settings.json` of Claude Code, as far as the drop-in is concerned. */
export interface Settings {
  /** The text without its byte order mark. */
  text: string;
  /** The byte order mark, or nothing. */
  mark: string;
  hooks: HookGroups;
  /** What draws the rows of agents; undefined where nothing is set. */
  subagentStatusLine: unknown;
}

const ROWS = 'subagentStatusLine';

const BYTE_ORDER_MARK = '\ufeff';

/** The text of a `settings.json` in which nothing is set. */
export const EMPTY_SETTINGS = '{}\n';

/**
 * Reads `settings.json` as strictly as the client does, which takes nothing of a file with a
 * comment in it. Like the client it takes a blank file for an empty object.
 * @param file its name in messages
 * @throws {SwarmError} naming file, line and column, when it is no JSON object or its `hooks` have
 *   another shape than the client's
 */
export function parseSettings(bytes: Uint8Array, file: string): Settings {
  const { text, mark } = decode(bytes, file);
  if (text.trim() === '') return reparse({ mark }, EMPTY_SETTINGS);
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true });
  const value = parseStrictly(text, errors, file);
  if (tree?.type !== 'object') {
    throw refusal(file, text, tree?.offset ?? 0, 'a JSON object', tree?.type ?? 'nothing');
  }
  refuseTwins(tree, file, text, (name) => name === 'hooks' || name === ROWS);
  const hooks = findNodeAtLocation(tree, ['hooks']);
  if (!hooks) return reparse({ mark }, text);
  const input = { hooks: (value as { hooks: unknown }).hooks };
  const parsed = hooksFileSchema.safeParse(input);
  if (!parsed.success) throw refuseShape(parsed.error.issues, input, tree, file, text);
  refuseTwins(hooks, file, text, () => true);
  return reparse({ mark }, text);
}

function decode(bytes: Uint8Array, file: string): { text: string; mark: string } {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const mark = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : '';
    return { text: text.slice(mark.length), mark };
  } catch (cause) {
    throw new SwarmError(
      `${file}:1:1: expected UTF-8, found another encoding; nothing was changed`,
      undefined,
      { cause },
    );
  }
}

function parseStrictly(text: string, errors: readonly ParseError[], file: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    if (errors.length === 0) return value;
  } catch (error) {
    if (errors.length === 0) {
      throw new SwarmError(
        `${file}: expected JSON, found something else: ${(error as Error).message}; nothing was changed`,
      );
    }
  }
  const offset = errors[0]?.offset ?? 0;
  const found = offset < text.length ? JSON.stringify(text.slice(offset, offset + 20)) : 'its end';
  throw refusal(file, text, offset, 'JSON without comments', found);
}

/** Of two properties with one name the client takes the last, which an edit would not see. */
function refuseTwins(
  object: Node,
  file: string,
  text: string,
  matters: (name: unknown) => boolean,
): void {
  const seen = new Set<unknown>();
  for (const property of object.children ?? []) {
    const name: unknown = property.children?.[0]?.value;
    if (matters(name) && seen.has(name)) {
      throw refusal(file, text, property.offset, `one "${name}"`, 'a second one');
    }
    seen.add(name);
  }
}

function refuseShape(
  issues: Parameters<typeof findingsOf>[0],
  input: unknown,
  tree: Node,
  file: string,
  text: string,
): SwarmError {
  const place = [...(issues[0]?.path ?? [])] as (string | number)[];
  let node = findNodeAtLocation(tree, place);
  // What is missing has no place; what it is missing in has one.
  while (!node && place.pop() !== undefined) node = findNodeAtLocation(tree, place);
  const [finding] = findingsOf(issues, hooksFileSchema, input, () => null);
  const expected = `${finding?.expected} at ${finding?.path}`;
  return refusal(file, text, node?.offset ?? 0, expected, finding?.found ?? 'something else');
}

function refusal(
  file: string,
  text: string,
  offset: number,
  expected: string,
  found: string,
): SwarmError {
  const before = text.slice(0, offset).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  return new SwarmError(
    `${file}:${before.length}:${column}: expected ${expected}, found ${found}; nothing was changed. Put the file right and run the command again.`,
  );
}

/** Adds the hooks behind those that are there, and the rows of agents where nothing draws them. */
export function addDropIn(
  settings: Settings,
  { hooks, subagentStatusLine }: DropInSettings,
): Settings {
  const withHooks = addHooks(settings, hooks);
  if (settings.subagentStatusLine !== undefined) return withHooks;
  return reparse(settings, appendJson(withHooks.text, [], subagentStatusLine, ROWS));
}

function addHooks(settings: Settings, hooks: HookGroups): Settings {
  let { text } = settings;
  if (findNodeAtLocation(parseTree(text) as Node, ['hooks']) === undefined) {
    text = appendJson(text, [], hooks, 'hooks');
  } else {
    for (const [event, groups] of Object.entries(hooks)) {
      if (!Object.hasOwn(settings.hooks, event)) {
        text = appendJson(text, ['hooks'], groups, event);
      } else {
        for (const group of groups) text = appendJson(text, ['hooks', event], group);
      }
    }
  }
  return reparse(settings, text);
}

/** Removes every entry of the drop-in, and the lists and objects that held nothing else. */
export function removeDropIn(settings: Settings): Settings {
  const hooks = findRemovable(settings.hooks);
  const path = isDropInStatusLine(settings.subagentStatusLine)
    ? [ROWS]
    : hooks && ['hooks', ...hooks];
  return path ? removeDropIn(reparse(settings, removeJson(settings.text, path))) : settings;
}

/** The outermost part that is the drop-in's alone; null when nothing of it is there. */
function findRemovable(hooks: HookGroups): (string | number)[] | null {
  const events = Object.entries(hooks);
  if (events.length > 0 && events.every(([, groups]) => isAllDropIn(groups))) return [];
  for (const [event, groups] of events) {
    if (isAllDropIn(groups)) return [event];
    for (const [index, group] of groups.entries()) {
      if (isAllDropIn([group])) return [event, index];
      const handler = group.hooks.findIndex(isDropInHandler);
      if (handler !== -1) return [event, index, 'hooks', handler];
    }
  }
  return null;
}

function isAllDropIn(groups: readonly HookGroup[]): boolean {
  return (
    groups.length > 0 &&
    groups.every(({ hooks }) => hooks.length > 0 && hooks.every(isDropInHandler))
  );
}

/** The groups with an entry of the drop-in in them. */
export function dropInHooksOf({ hooks }: Settings): HookGroups {
  const entries = Object.entries(hooks).flatMap(([event, groups]) => {
    const own = groups.filter((group) => group.hooks.some(isDropInHandler));
    return own.length > 0 ? [[event, own] as const] : [];
  });
  return Object.fromEntries(entries);
}

export function encodeSettings({ mark, text }: Settings): Uint8Array {
  return new TextEncoder().encode(mark + text);
}

/** @param text of which the shape is known to be right */
function reparse({ mark }: Pick<Settings, 'mark'>, text: string): Settings {
  const { hooks = {}, subagentStatusLine }: Partial<Settings> = JSON.parse(text);
  return { text, mark, hooks, subagentStatusLine };
}
