import { afterEach, expect, test, vi } from 'vitest';
import { identifyProcess, isAlive } from '../../../src/platform/process-identity.ts';

afterEach(() => vi.restoreAllMocks());

test('a process of another user that got the id of ours is not ours', () => {
  vi.spyOn(process, 'kill').mockImplementation(() => {
    throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
  });
  const known = identifyProcess(process.pid);

  expect(isAlive(known)).toBe(true);
  expect(isAlive({ ...known, startedAt: 'another time' })).toBe(false);
  expect(isAlive({ ...known, startedAt: null })).toBe(true);
});

test('a process that has ended is not alive', () => {
  expect(isAlive({ pid: 2 ** 31 - 1, startedAt: null })).toBe(false);
});
