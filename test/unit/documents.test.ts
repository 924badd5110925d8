import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BLOCKS, DOCUMENTS, ROOT, readDocument } from '../support/documents.ts';

const MAX_README_WORDS = 1_500;

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** What is wrong with a link of a document; null for a link that resolves. */
function brokenLink(file: string, link: string): string | null {
  const [target = '', anchor] = link.split('#');
  const path = target === '' ? join(ROOT, file) : join(ROOT, dirname(file), target);
  if (relative(ROOT, path).startsWith('..')) return `${file}: ${link} leads out of the repository`;
  if (!existsSync(path)) return `${file}: ${link} does not exist`;
  if (anchor === undefined) return null;
  return anchorsOf(readFileSync(path, 'utf8')).includes(anchor)
    ? null
    : `${file}: ${link} names no heading`;
}

describe('the README', () => {
  it(`has at most ${MAX_README_WORDS} words`, () => {
    const words = readDocument('README.md').split(/\s+/).filter(Boolean);
    expect(words.length).toBeLessThanOrEqual(MAX_README_WORDS);
  });

  it('shows what it is, the pane, how to install it and one command on the first screen', () => {
    const [first = ''] = readDocument('README.md').split('\n## What you get');
    expect(first).toContain('](docs/images/pane.svg)');
    expect(first).toContain('/plugin install swarm-parallel@swarm-parallel');
    expect(first).toContain('/swarm-parallel ');
    expect(first.split('\n').length).toBeLessThan(50);
  });

  it('names the command that runs the tests', () => {
    expect(readDocument('README.md')).toContain('\n```sh\nnpx pnpm@12 test\n```\n');
  });
});

describe('the documents', () => {
  it('have relative links that resolve, headings included', () => {
    const links = DOCUMENTS.flatMap(({ file, text }) =>
      [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => ({ file, link })),
    ).filter(({ link }) => !/^[a-z]+:/.test(link));

    expect(links.length).toBeGreaterThan(100);
    expect(links.flatMap(({ file, link }) => brokenLink(file, link) ?? [])).toEqual([]);
  });

  it('close every block that they open', () => {
    const fences = DOCUMENTS.flatMap(({ text }) => text.match(/^\s*(?:```|~~~)/gm) ?? []);
    expect(fences).toHaveLength(2 * BLOCKS.length);
  });

  it('open each page of docs with what it is for', () => {
    const pages = DOCUMENTS.filter(({ file }) => /^docs\/[^/]+$/.test(file));
    for (const { file, text } of pages) expect(text, file).toMatch(/^# [^\n]+\n\n[A-Z][a-z]+ /);
  });

  it('are all in the index of docs', () => {
    const index = readDocument('docs/README.md');
    const pages = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
    const missing = pages.filter((name) => name !== 'README.md' && !index.includes(`](${name})`));
    expect(missing).toEqual([]);
  });
});
