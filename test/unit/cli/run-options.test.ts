import { expect, it } from 'vitest';
import { callCli } from '../../support/cli-context.ts';

it.each([
  ['--permission-mode', 'foo', /acceptEdits, auto, bypassPermissions/],
  ['--model', ' ', /the name of a model/],
  ['--max-parallel', '101', /1 to 100/],
])('a run does not begin with %s %j', async (option, value, expected) => {
  const called = callCli(['run', 'plan.md', option, value]);
  await expect(called).rejects.toMatchObject({ message: expect.stringMatching(expected) });
});
