import { findNodeAtLocation, type Node, type ParseError, parseTree } from 'jsonc-parser';
import { type HookGroups, hooksFileSchema } from '../claude/hook-groups.ts';
import { clientSettings } from '../claude/settings-schema.ts';
import { SwarmError } from '../errors/swarm-error.ts';
import { toValidationIssues } from '../errors/validation-issue.ts';

/** The parts of a Claude Code `settings.json` that the drop-in uses. */
export interface Settings {
  /** The text without a byte order mark. */
  text: string;
  /** The byte order mark; empty if there is none. */
  mark: string;
  hooks: HookGroups;
  /** The command that renders the rows of agents; undefined if none is set. */
  subagentStatusLine: unknown;
}

export const STATUS_LINE = 'subagentStatusLine';

const BYTE_ORDER_MARK = '\ufeff';

/** The text of a `settings.json` without any setting. */
export const EMPTY_SETTINGS = '{}\n';

interface Source {
  /** The file's name in messages. */
  file: string;
  text: string;
}

/**
 * Parses `settings.json` as strictly as Claude Code, which ignores a file with a comment in it. Like
 * Claude Code, it treats a blank file as an empty object.
 * @param file its name in messages
 * @throws {SwarmError} with file, line and column, if it is not a JSON object or its `hooks` have
 *   another shape than Claude Code accepts
 */
export function parseSettings(bytes: Uint8Array, file: string): Settings {
  const { text, mark } = decode(bytes, file);
  if (text.trim() === '') return toSettings(EMPTY_SETTINGS, mark);
  const source = { file, text };
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true });
  const value = parseStrictly(source, errors);
  if (tree?.type !== 'object') {
    throw invalid(source, tree?.offset ?? 0, 'a JSON object', tree?.type ?? 'nothing');
  }
  rejectDuplicates(tree, source, (name) => name === 'hooks' || name === STATUS_LINE);
  const hooks = findNodeAtLocation(tree, ['hooks']);
  if (hooks) {
    checkShape(value, tree, source);
    rejectDuplicates(hooks, source, () => true);
  }
  return toSettings(text, mark);
}

/**
 * Checks that Claude Code takes anything of a `settings.json`: it ignores the whole file if one field
 * has a wrong type.
 * @throws {SwarmError} naming the field
 */
export function assertNotIgnored({ text }: Pick<Settings, 'text'>, file: string): void {
  const value: unknown = JSON.parse(text);
  const { error } = clientSettings.safeParse(value);
  if (!error) return;
  const [issue] = toValidationIssues(error.issues, clientSettings, value, () => null);
  throw new SwarmError(
    `${file}: expected ${issue?.expected} at ${issue?.path}, found ${issue?.found}, because of which Claude Code ignores the whole file and would run no hook; nothing was changed. Correct the file and run the command again.`,
  );
}

/** @param text a JSON object with `hooks` of the right shape */
export function toSettings(text: string, mark: string): Settings {
  const { hooks = {}, subagentStatusLine }: Partial<Settings> = JSON.parse(text);
  return { text, mark, hooks, subagentStatusLine };
}

export function encodeSettings({ mark, text }: Settings): Uint8Array {
  return new TextEncoder().encode(mark + text);
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

function parseStrictly({ file, text }: Source, errors: readonly ParseError[]): unknown {
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
  const found =
    offset < text.length ? JSON.stringify(text.slice(offset, offset + 20)) : 'the end of the file';
  throw invalid({ file, text }, offset, 'JSON without comments', found);
}

/** Of two properties with one name, Claude Code uses the last, which an edit would not find. */
function rejectDuplicates(object: Node, source: Source, matters: (name: unknown) => boolean): void {
  const seen = new Set<unknown>();
  for (const property of object.children ?? []) {
    const name: unknown = property.children?.[0]?.value;
    if (matters(name) && seen.has(name)) {
      throw invalid(source, property.offset, `one "${name}"`, 'a second one');
    }
    seen.add(name);
  }
}

/** @throws {SwarmError} naming the position of the first part of `hooks` that has a wrong shape */
function checkShape(value: unknown, tree: Node, source: Source): void {
  const input = { hooks: (value as { hooks: unknown }).hooks };
  const parsed = hooksFileSchema.safeParse(input);
  if (parsed.success) return;
  const { issues } = parsed.error;
  const path = [...(issues[0]?.path ?? [])] as (string | number)[];
  let node = findNodeAtLocation(tree, path);
  // A missing property has no position; its parent has one.
  while (!node && path.pop() !== undefined) node = findNodeAtLocation(tree, path);
  const [issue] = toValidationIssues(issues, hooksFileSchema, input, () => null);
  const expected = `${issue?.expected} at ${issue?.path}`;
  throw invalid(source, node?.offset ?? 0, expected, issue?.found ?? 'something else');
}

function invalid(
  { file, text }: Source,
  offset: number,
  expected: string,
  found: string,
): SwarmError {
  const before = text.slice(0, offset).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  return new SwarmError(
    `${file}:${before.length}:${column}: expected ${expected}, found ${found}; nothing was changed. Correct the file and run the command again.`,
  );
}
