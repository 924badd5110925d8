import { expect, test } from 'vitest';
import { runArguments } from '../../../../src/hub/firings/run-arguments.ts';

test('a trigger may have other machines execute its runs', () => {
  const queue = 'rediss://queue.example:6379';

  expect(runArguments({ queue, fresh: true })).toEqual([`--queue=${queue}`, '--fresh']);
});
