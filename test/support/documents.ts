import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The documents that people read: the README, the files beside it and everything in `docs/`. */

export const ROOT = join(import.meta.dirname, '../..');

export interface Document {
  /** Relative to the root of the repository. */
  file: string;
  text: string;
}

/** A fenced block of a document. */
export interface Block {
  /** `<file>:<line>` of its first line. */
  place: string;
  /** Everything after the opening fence, such as `sh offline`. */
  info: string;
  text: string;
}

export const DOCUMENTS: readonly Document[] = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name))
    .sort(),
].map((file) => ({ file, text: readFileSync(join(ROOT, file), 'utf8') }));

/** The documents as one text, for facts that may be on any page. */
export const ALL_TEXT = DOCUMENTS.map(({ text }) => text).join('\n');

/** @throws when there is no such document */
export function readDocument(file: string): string {
  const document = DOCUMENTS.find((one) => one.file === file);
  if (!document) throw new Error(`no document ${file}`);
  return document.text;
}

/** Every fenced block of every document, in order. */
export const BLOCKS: readonly Block[] = DOCUMENTS.flatMap(({ file, text }) =>
  [...text.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(
    ({ 1: info = '', 2: body = '', index }) => ({
      place: `${file}:${text.slice(0, index).split('\n').length}`,
      info,
      text: body,
    }),
  ),
);

/** The blocks of one kind. */
export function blocks(info: string): Block[] {
  return BLOCKS.filter((block) => block.info === info);
}

/** The cells of every table row whose first cell matches. */
export function rows(first: RegExp, text = ALL_TEXT): string[][] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .filter(([cell]) => first.test(cell ?? ''));
}
