import { applyEdits, findNodeAtLocation, type JSONPath, type Node, parseTree } from 'jsonc-parser';

/**
 * Edits of JSON text that leave all other bytes unchanged. `modify` of jsonc-parser is no
 * alternative: it reformats the whole line that it inserts into, which may be the whole file, and
 * removing the last item of an array that ends on the same line corrupts the text.
 */

/**
 * Adds a value at the end of an array, or under `key` at the end of an object, in the layout of its
 * siblings.
 * @param text strict JSON
 * @param path of the array or object, which must exist
 */
export function appendJson(text: string, path: JSONPath, value: unknown, key?: string): string {
  const root = parseTree(text);
  const container = root && findNodeAtLocation(root, path);
  if (!root || !container) throw new Error(`nothing at ${path.join('.')} to append to`);
  const { lineBreak, unit, isMultiline } = layoutOf(text, root);
  /** @param indent of the line that the value starts on; null renders it on one line */
  const render = (indent: string | null): string => {
    const name = key === undefined ? '' : `${JSON.stringify(key)}:${indent === null ? '' : ' '}`;
    if (indent === null) return name + JSON.stringify(value);
    return name + JSON.stringify(value, null, unit).replaceAll('\n', lineBreak + indent);
  };
  const last = container.children?.at(-1);
  if (last) {
    const indent = indentBefore(text, last.offset);
    const space = indent === null ? spaceBefore(text, last.offset) : lineBreak + indent;
    return insert(text, endOf(last), `,${space}${render(indent)}`);
  }
  const start = container.offset + 1;
  if (!isMultiline) return insert(text, start, render(null));
  const outer = indentOfLine(text, container.offset);
  const indent = outer + unit;
  // An empty container that spans lines has a line break before its end already.
  const end = text.slice(start, endOf(container)).includes('\n') ? '' : lineBreak + outer;
  return insert(text, start, lineBreak + indent + render(indent) + end);
}

/** Removes a property or an item with its comma. @param path which must exist */
export function removeJson(text: string, path: JSONPath): string {
  const root = parseTree(text);
  const value = root && findNodeAtLocation(root, path);
  // The child of an object is the property, and the value is a child of that.
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
  /** Whether each property is on a line of its own; true for an empty document. */
  isMultiline: boolean;
}

function layoutOf(text: string, root: Node): Layout {
  const first = root.children?.[0];
  const indent = first ? indentBefore(text, first.offset) : '';
  return {
    lineBreak: text.includes('\r\n') ? '\r\n' : '\n',
    unit: indent || '  ',
    isMultiline: indent !== null,
  };
}

function insert(text: string, offset: number, content: string): string {
  return text.slice(0, offset) + content + text.slice(offset);
}

function spaceBefore(text: string, offset: number): string {
  return /[ \t\r\n]*$/.exec(text.slice(0, offset))?.[0] ?? '';
}

/** The indentation before the first token of a line; null if other tokens precede the offset. */
function indentBefore(text: string, offset: number): string | null {
  const space = spaceBefore(text, offset);
  const lineBreak = space.lastIndexOf('\n');
  return lineBreak === -1 ? null : space.slice(lineBreak + 1);
}

function indentOfLine(text: string, offset: number): string {
  const lineStart = text.lastIndexOf('\n', offset) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? '';
}

function endOf(node: Node): number {
  return node.offset + node.length;
}
