import { expect, it } from 'vitest';
import { wrapWords } from '../../../src/text/wrap-words.ts';

const RUN = '20261122-181530-412abc';

it('breaks at spaces, and neither ids nor commands', () => {
  const text = `Retry: swarm retry ${RUN}/routes && swarm run ${RUN} --budget-usd 10.13 and \`/swarm-resume ${RUN}\` there.`;
  expect(wrapWords(text, 60).split('\n')).toEqual([
    `Retry: swarm retry ${RUN}/routes &&`,
    `  swarm run ${RUN} --budget-usd 10.13 and`,
    `  \`/swarm-resume ${RUN}\` there.`,
  ]);
});

it('keeps the indentation of a line, and what fits', () => {
  expect(wrapWords('short\n  a: some words that are too long', 20)).toBe(
    'short\n  a: some words that\n    are too long',
  );
});

it('leaves the command of a gate as it is', () => {
  const command = `    git push --force origin ${'x'.repeat(80)} main`;
  expect(wrapWords(command, 40)).toBe(command);
});
