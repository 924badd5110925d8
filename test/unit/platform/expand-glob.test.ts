import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expandGlob } from '../../../src/platform/expand-glob.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

let dir: TempDir;

beforeAll(async () => {
  dir = await makeTempDir();
  for (const directory of ['a', 'b', '.c', 'many']) mkdirSync(join(dir.path, directory));
  for (const file of ['a/x.ts', 'a/y.ts', 'a/.z.ts', 'b/x.ts', 'b/x+ts', '.c/x.ts'])
    writeFileSync(join(dir.path, file), '');
  for (let index = 0; index <= 1_000; index++)
    writeFileSync(join(dir.path, 'many', String(index)), '');
});
afterAll(() => dir.remove());

it.each([
  ['a/x.ts', ['a/x.ts']],
  ['a/none.ts', []],
  ['a/*.ts', ['a/x.ts', 'a/y.ts']],
  ['*/x.ts', ['a/x.ts', 'b/x.ts']],
  ['**/?.ts', ['a/x.ts', 'a/y.ts', 'b/x.ts']],
  ['.*/x.ts', ['.c/x.ts']],
  ['b/x+*', ['b/x+ts']],
  [`a/${'*'.repeat(5_000)}z`, []],
  ['none/*', []],
  ['many/*', []],
])('finds for %s what a shell would', (pattern, found) => {
  const full = (path: string) => join(dir.path, path);
  expect(expandGlob(full(pattern)).sort()).toEqual(found.map(full));
});
