import { applyEdits, findNodeAtLocation, type JSONPath, type Node, parseTree } from 'jsonc-parser';

/**
 * Edits of JSON text that leave every other byte as it is. `modify` of jsonc-parser does not do
 * that: its formatting rewrites the whole line it inserts in, which may be the whole file.
 */

/**
 * Adds a value at the end of an array, or under `key` at the end of an object, in the layout of
 * what stands there.
 * @param text strict JSON
 * @param path of the array or object, which must exist
 */
export function appendJson(text: string, path: JSONPath, value: unknown, key?: string): string {
  const root = parseTree(text);
  const container = root && findNodeAtLocation(root, path);
  if (!root || !container) throw new Error(`nothing at ${path.join('.')} to append to`);
  const layout = layoutOf(text, root);
  const last = container.children?.at(-1);
  const content = last
    ? afterSibling(text, last, layout, value, key)
    : inEmpty(text, container, layout, value, key);
  const offset = last ? endOf(last) : container.offset + 1;
  return applyEdits(text, [{ offset, length: 0, content }]);
}

/** Removes a property or an item with its comma. @param path which must exist */
export function removeJson(text: string, path: JSONPath): string {
  const root = parseTree(text);
  const value = root && findNodeAtLocation(root, path);
  // The child of an object is the property, of which the value is a part.
  const node = value?.parent?.type === 'property' ? value.parent : value;
  const siblings = node?.parent?.children;
  if (!node?.parent || !siblings) throw new Error(`nothing at ${path.join('.')} to remove`);
  const index = siblings.indexOf(node);
  const previous = siblings[index - 1];
  const next = siblings[index + 1];
  const [from, to] = previous
    ? [endOf(previous), endOf(node)]
    : next
      ? [node.offset, next.offset]
      : [node.parent.offset + 1, endOf(node.parent) - 1];
  return applyEdits(text, [{ offset: from, length: to - from, content: '' }]);
}

interface Layout {
  lineBreak: string;
  /** One level of indentation. */
  unit: string;
  /** Whether values stand on lines of their own; an empty document says nothing against it. */
  isSpread: boolean;
}

function layoutOf(text: string, root: Node): Layout {
  const first = root.children?.[0];
  const indent = first ? indentBefore(text, first.offset) : '';
  return {
    lineBreak: text.includes('\r\n') ? '\r\n' : '\n',
    unit: indent || '  ',
    isSpread: !first || indent !== null,
  };
}

function afterSibling(
  text: string,
  sibling: Node,
  layout: Layout,
  value: unknown,
  key: string | undefined,
): string {
  const indent = indentBefore(text, sibling.offset);
  if (indent !== null) return `,${layout.lineBreak}${indent}${render(value, key, layout, indent)}`;
  return `,${spaceBefore(text, sibling.offset)}${render(value, key, layout, null)}`;
}

function inEmpty(
  text: string,
  container: Node,
  layout: Layout,
  value: unknown,
  key: string | undefined,
): string {
  if (!layout.isSpread) return render(value, key, layout, null);
  const lineStart = text.lastIndexOf('\n', container.offset) + 1;
  const [outer = ''] = /^[ \t]*/.exec(text.slice(lineStart)) ?? [];
  const indent = outer + layout.unit;
  const inside = text.slice(container.offset + 1, endOf(container) - 1);
  const close = inside.includes('\n') ? '' : layout.lineBreak + outer;
  return `${layout.lineBreak}${indent}${render(value, key, layout, indent)}${close}`;
}

/** @param indent of the line the value begins in; null renders all of it in one line */
function render(
  value: unknown,
  key: string | undefined,
  { unit, lineBreak }: Layout,
  indent: string | null,
): string {
  const name = key === undefined ? '' : `${JSON.stringify(key)}:${indent === null ? '' : ' '}`;
  if (indent === null) return name + JSON.stringify(value);
  return name + JSON.stringify(value, null, unit).replaceAll('\n', lineBreak + indent);
}

function spaceBefore(text: string, offset: number): string {
  return /[ \t\r\n]*$/.exec(text.slice(0, offset))?.[0] ?? '';
}

/** The indentation of what begins a line; null for what does not. */
function indentBefore(text: string, offset: number): string | null {
  const space = spaceBefore(text, offset);
  const lineBreak = space.lastIndexOf('\n');
  return lineBreak === -1 ? null : space.slice(lineBreak + 1);
}

function endOf(node: Node): number {
  return node.offset + node.length;
}
