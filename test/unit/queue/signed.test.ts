import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { sign, verify } from '../../../src/queue/wire/signed.ts';

const SECRET = 'the secret of the team';
const schema = z.strictObject({ protocol: z.literal(1), text: z.string() });
const signedHello = sign({ protocol: 1, text: 'hello' } as { protocol: 1 }, SECRET);

test('what was signed with the same secret is read', () => {
  expect(verify(signedHello, SECRET, schema)).toEqual({
    content: { protocol: 1, text: 'hello' },
    problem: null,
  });
});

test.each<[string, unknown, RegExp]>([
  ['another secret', sign({ protocol: 1 }, 'another secret'), /SWARM_QUEUE_SECRET/],
  [
    'a changed text',
    { ...signedHello, text: signedHello.text.replace('hello', 'evil!') },
    /signature/,
  ],
  ['another protocol', { ...signedHello, protocol: 2 }, /protocol 2, expected 1/],
  ['unsigned content', { protocol: 1, text: 'hello' }, /not a signed text/],
  ['other content', sign({ protocol: 1, more: true } as { protocol: 1 }, SECRET), /invalid/],
])('%s is refused', (_, received, problem) => {
  expect(verify(received, SECRET, schema)).toEqual({
    content: null,
    problem: expect.stringMatching(problem),
  });
});
