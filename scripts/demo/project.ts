import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The project that the demo's agents work on. The faults they report are really in it. */
const FILES: Readonly<Record<string, string>> = {
  'package.json': `${JSON.stringify(
    { name: 'shortlink', version: '0.9.0', type: 'module', scripts: { test: 'node --test' } },
    null,
    2,
  )}\n`,
  'README.md': '# shortlink\n\nA small service that shortens links.\n',
  'src/server.js': `import { createServer } from 'node:http';
import { addLink, findLink, listLinks, removeLink } from './links.js';
import { isValid } from './tokens.js';

const ROUTES = [
  ['POST', '/links', (request) => isValid(request.token) && addLink(request.body)],
  ['GET', '/links', (request) => isValid(request.token) && listLinks()],
  ['DELETE', '/links', (request) => removeLink(request.body)],
  ['GET', '/go', (request) => findLink(request.body)],
];

export const server = createServer((request, response) => {
  const route = ROUTES.find(([method, path]) => request.method === method && request.url === path);
  response.end(JSON.stringify(route?.[2](request) ?? null));
});
`,
  'src/links.js': `const links = new Map();

export const addLink = ({ slug, url }) => links.set(slug, url);
export const findLink = ({ slug }) => links.get(slug);
export const listLinks = () => [...links.keys()];
export const removeLink = ({ slug }) => links.delete(slug);
`,
  'src/tokens.js': `/** @param token.expiresAt seconds since the epoch */
export function isValid(token, now = Date.now()) {
  return token !== undefined && token.expiresAt < now;
}
`,
  '.claude/swarm-parallel.json': '{"checks": {"test": "node --test"}}\n',
  'test/links.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addLink, findLink, removeLink } from '../src/links.js';

test('a link is found until it is removed', () => {
  addLink({ slug: 'a', url: 'https://example.org' });
  assert.equal(findLink({ slug: 'a' }), 'https://example.org');
  removeLink({ slug: 'a' });
  assert.equal(findLink({ slug: 'a' }), undefined);
});
`,
};

/** Lines of `src/tokens.js` before and after the agent's fix. */
export const TOKEN_FIX = {
  old_string: 'token.expiresAt < now;',
  new_string: 'token.expiresAt * 1000 > now;',
} as const;

const IDENTITY = ['-c', 'user.name=Demo', '-c', 'user.email=demo@example.invalid'];

/**
 * Writes the project and commits it to a new git repository.
 * @throws when git is missing
 */
export function writeProject(directory: string): void {
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  const git = (...args: string[]) => execFileSync('git', args, { cwd: directory, stdio: 'pipe' });
  git('init', '--quiet', '--initial-branch=main');
  git('add', '.');
  git(...IDENTITY, '-c', 'commit.gpgsign=false', 'commit', '--quiet', '--message', 'shortlink');
}
