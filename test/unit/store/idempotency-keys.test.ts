import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pruneIdempotencyKeys, reserveRunId } from '../../../src/store/idempotency-keys.ts';
import { runPaths, swarmDir } from '../../../src/store/run-paths.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

const IDS = ['20261122-181530-412aaa', '20261123-181530-412bbb', '20261124-181530-412ccc'] as const;
const [A, B, C] = IDS;

async function makeKeys() {
  const dir = await makeTempDir();
  const root = dir.path;
  return {
    claim: (fresh: string, key = 'k') => reserveRunId(root, key, fresh),
    open(id: string, key = 'k') {
      const claimed = reserveRunId(root, key, id);
      mkdirSync(runPaths(root, claimed.id).dir, { recursive: true });
      writeFileSync(runPaths(root, claimed.id).ledger, '');
      claimed.markOpened();
      return claimed.id;
    },
    remove: (id: string) => rmSync(runPaths(root, id).dir, { recursive: true }),
    prune: () => pruneIdempotencyKeys(root, false),
    files: () => readdirSync(join(swarmDir(root), 'keys')),
    [Symbol.asyncDispose]: () => dir.remove(),
  };
}

test('every claim of a key returns the first id, before and after its run exists', async () => {
  await using keys = await makeKeys();
  expect(keys.claim(A).id).toBe(A);
  expect(keys.claim(B).id).toBe(A);
  expect(keys.open(B)).toBe(A);
  expect(keys.open(C)).toBe(A);
  expect(keys.claim(C, 'another').id).toBe(C);
});

test('after the run was removed, every claim returns the same new id', async () => {
  await using keys = await makeKeys();
  keys.open(A);
  keys.remove(A);
  expect(keys.claim(B).id).toBe(B);
  expect(keys.claim(C).id).toBe(B);
  expect(keys.open(C)).toBe(B);
  keys.remove(B);
  expect(keys.open(C)).toBe(C);
});

test('prune drops a key if none of its runs exists or is being created', async () => {
  await using keys = await makeKeys();
  expect(keys.prune()).toBe(0);
  keys.open(A);
  keys.open(B, 'another');
  keys.claim(C, 'being opened');
  keys.remove(A);
  keys.open(C);
  expect(keys.prune()).toBe(0);
  expect(keys.claim(A).id).toBe(C);
  keys.remove(C);
  expect(keys.prune()).toBe(1);
  expect(keys.files()).toHaveLength(2);
  expect(keys.claim(A).id).toBe(A);
});
