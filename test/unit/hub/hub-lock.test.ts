import { appendFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hubDirectory } from '../../../src/hub/service/hub-directory.ts';
import { acquireHub, findHub, publishUrl, releaseHub } from '../../../src/hub/service/hub-lock.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

const ROOT = '/repositories/one';
let dir: TempDir;
const alive = new Set<number>();

beforeEach(async () => {
  dir = await makeTempDir();
  alive.clear();
});
afterEach(() => dir.remove());

const context = () => ({
  stateDir: dir.path,
  isAlive: ({ pid }: { pid: number }) => alive.has(pid),
});

function acquire(pid: number, root = ROOT) {
  alive.add(pid);
  const hub = { id: `hub-${pid}`, process: { pid, startedAt: '1' }, machine: 'desk' };
  acquireHub(root, { ...hub, startedAt: '2026-11-28T12:00:00.000Z' }, context());
}

it('is held by one hub for each repository', () => {
  acquire(1);
  publishUrl(ROOT, 'hub-1', 'http://127.0.0.1:4600', context());
  expect(() => acquire(2)).toThrow(/process 1 at http:\/\/127\.0\.0\.1:4600/);
  acquire(3, '/repositories/two');
  expect(findHub(ROOT, context())).toMatchObject({ process: { pid: 1 }, machine: 'desk' });
});

it('passes to the next hub when its holder ends or dies', () => {
  acquire(1);
  releaseHub(ROOT, 'hub-1', context());
  acquire(2);
  alive.delete(2);
  expect(findHub(ROOT, context())).toBeNull();
  acquire(3);
  expect(findHub(ROOT, context())?.process.pid).toBe(3);
});

it('is not kept from others by one that was refused', () => {
  acquire(1);
  expect(() => acquire(2)).toThrow();
  releaseHub(ROOT, 'hub-1', context());
  expect(findHub(ROOT, context())).toBeNull();
  acquire(3);
});

it('survives a line that was not written to its end', () => {
  acquire(1);
  appendFileSync(join(hubDirectory(dir.path, ROOT), 'hub.lock'), '{"event":"star\n');
  expect(findHub(ROOT, context())?.process.pid).toBe(1);
  alive.delete(1);
  acquire(2);
});

it('is in a file that only the user can read', () => {
  acquire(1);
  const path = hubDirectory(dir.path, ROOT);
  expect([statSync(path).mode & 0o777, statSync(join(path, 'hub.lock')).mode & 0o777]).toEqual([
    0o700, 0o600,
  ]);
});
