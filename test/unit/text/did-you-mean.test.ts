import { expect, it } from 'vitest';
import { didYouMean } from '../../../src/text/did-you-mean.ts';

const KNOWN = ['id', 'title', 'needs', 'writes', 'maxParallel', 'heartbeatTimeout'];

it.each([
  ['titel', 'title'],
  ['Title', 'title'],
  ['need', 'needs'],
  ['max_parallel', 'maxParallel'],
  ['max-paralel', 'maxParallel'],
  ['heartbeat', 'heartbeatTimeout'],
  ['writesTo', 'writes'],
])('suggests the right word for %s: %s', (word, meant) => {
  expect(didYouMean(word, KNOWN)).toBe(` (did you mean ${meant}?)`);
});

it.each(['', 'model', 'dependsOn', 'x'.repeat(100_000)])('suggests nothing for %s', (word) => {
  expect(didYouMean(word, KNOWN)).toBe('');
});
