import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatDuration,
  formatLimit,
  plural,
  progressBar,
} from '../../../src/text/format.ts';

describe('formatDuration', () => {
  it.each([
    [-5, '0s'],
    [0, '0s'],
    [999, '0s'],
    [1_000, '1s'],
    [59_999, '59s'],
    [60_000, '1m 00s'],
    [192_900, '3m 12s'],
    [3_599_999, '59m 59s'],
    [3_600_000, '1h 00m'],
    [3_840_000, '1h 04m'],
    [360_000_000, '100h 00m'],
  ])('of %i ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('formatLimit', () => {
  it.each([
    [90_000, '1m 30s'],
    [500, '500ms'],
    [600_000, '10m'],
    [45_000, '45s'],
    [7_200_000, '2h'],
  ])('of %i ms is %s', (ms, text) => {
    expect(formatLimit(ms)).toBe(text);
  });
});

describe('formatBytes', () => {
  it.each([
    [1, '1 B'],
    [999, '999 B'],
    [1_000, '1.0 kB'],
    [12_345, '12.3 kB'],
    [2_500_000, '2.5 MB'],
  ])('of %i is %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe('progressBar', () => {
  it.each([
    [-10, '░░░░'],
    [0, '░░░░'],
    [50, '██░░'],
    [100, '████'],
    [400, '████'],
  ])('of %i%% is %s', (percent, bar) => {
    expect(progressBar(percent, 4)).toBe(bar);
  });
});

describe('plural', () => {
  it('depends on the count', () => {
    expect([0, 1, 2].map((count) => plural(count, 'task'))).toEqual([
      '0 tasks',
      '1 task',
      '2 tasks',
    ]);
  });
});
