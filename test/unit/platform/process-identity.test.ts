import { afterEach, expect, test, vi } from 'vitest';
import { identifyProcess, isAlive } from '../../../src/platform/process/process-identity.ts';

afterEach(() => vi.restoreAllMocks());

test('another process with the same id is not taken for ours, even one of another user', () => {
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
