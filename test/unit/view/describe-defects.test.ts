import { expect, it } from 'vitest';
import type { LedgerDefect } from '../../../src/ledger/ledger-file.ts';
import { describeDefects } from '../../../src/view/describe-defects.ts';

const unknown = (offset: number, event = 'task.dreamt'): LedgerDefect => ({
  offset,
  bytes: 30,
  kind: 'unknown-event',
  event,
});

it('describes nothing for a ledger without defects', () => {
  expect(describeDefects([])).toEqual([]);
});

it('names an unknown event and its place', () => {
  const [line, ...more] = describeDefects([unknown(12)]);
  expect(more).toEqual([]);
  expect(line).toMatch(/^ledger\.jsonl, byte 12: "task\.dreamt" /);
});

it('counts unknown events by name and lists where the first ones are', () => {
  const defects = [
    unknown(12),
    unknown(50, 'task.slept'),
    ...[90, 120, 150].map((at) => unknown(at)),
  ];
  const lines = describeDefects(defects);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/4 events, at bytes 12, 90, 120 and later: "task\.dreamt"/);
  expect(lines[1]).toMatch(/byte 50: "task\.slept"/);
});

it('names a known event whose fields are unknown', () => {
  const defect = { offset: 7, bytes: 9, kind: 'invalid-event', event: 'task.checkpoint' } as const;
  expect(describeDefects([defect])).toEqual([
    expect.stringMatching(/byte 7: "task\.checkpoint" has/),
  ]);
});

it('gives each other defect a line with its place and size', () => {
  const lines = describeDefects([
    { offset: 3, bytes: 40, kind: 'torn' },
    { offset: 90, bytes: 5, kind: 'unreadable' },
  ]);
  expect(lines).toEqual([
    expect.stringMatching(/byte 3: .*40 bytes/),
    expect.stringMatching(/byte 90: 5 bytes/),
  ]);
});

it('counts other defects by kind if they are many', () => {
  const torn = Array.from({ length: 300_000 }, (_, at): LedgerDefect => {
    return { offset: 40 * at, bytes: 39, kind: at % 3 === 0 ? 'unreadable' : 'torn' };
  });
  expect(describeDefects(torn)).toEqual([
    expect.stringMatching(/100000 parts, at bytes 0, 120, 240 and later: they are not events/),
    expect.stringMatching(/200000 events, at bytes 40, 80, 160 and later: they were cut off/),
  ]);
});

it('takes time in proportion to the number of unknown events', () => {
  const events = Array.from({ length: 300_000 }, (_, at) => unknown(at));
  expect(describeDefects(events)).toHaveLength(1);
});

it('prints no control characters and no long names', () => {
  const [line = ''] = describeDefects([unknown(0, `\u001b[31m${'x'.repeat(500)}`)]);
  expect(line).not.toContain('\u001b');
  expect(line.length).toBeLessThan(250);
});
