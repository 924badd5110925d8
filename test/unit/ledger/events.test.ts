import { describe, expect, it } from 'vitest';
import { type LedgerEvent, ledgerEvent } from '../../../src/ledger/events.ts';
import {
  agentResumed,
  agentStarted,
  checkpoint,
  ended,
  launched,
  opened,
  refused,
  sessionEnded,
  started,
  stored,
} from '../../support/run-events.ts';

const EVENTS: LedgerEvent[] = [
  opened(['a']),
  launched('a'),
  started('a'),
  refused('a'),
  agentStarted('a'),
  agentResumed('a'),
  ended('a'),
  checkpoint('a', 5),
  stored('a'),
  sessionEnded(),
];

/** Fields that the runs of an older version do not have. */
const ADDED = ['check'];

describe('a ledger event', () => {
  it.each(EVENTS)('$event is unchanged by parsing, and begins with its name', (event) => {
    expect(ledgerEvent.parse(event)).toEqual(event);
    const reversed = Object.fromEntries(Object.entries(event).reverse());
    expect(Object.keys(ledgerEvent.parse(reversed))[0]).toBe('event');
  });

  it.each(EVENTS)('$event must have all of its fields and no others', (event) => {
    expect(ledgerEvent.safeParse({ ...event, more: 1 }).success).toBe(false);
    for (const key of Object.keys(event)) {
      const { [key]: _, ...rest } = event as Record<string, unknown>;
      expect([key, ledgerEvent.safeParse(rest).success]).toEqual([key, ADDED.includes(key)]);
    }
  });

  it.each([
    ['a time without milliseconds', { ...started('a'), at: '2026-11-22T18:15:30Z' }],
    ['a time elsewhere', { ...started('a'), at: '2026-11-22T18:15:30.000+01:00' }],
    ['an empty id', { ...started('a'), agentId: '' }],
    ['an id of great length', { ...started('a'), agentId: 'a'.repeat(65_537) }],
    ['an id of lines', { ...started('a'), agentId: 'a\n' }],
    ['a percentage above 100', checkpoint('a', 101)],
    ['half a percent', checkpoint('a', 0.5)],
    [
      'a report elsewhere',
      stored('a', { report: { path: 'results/../x.md', bytes: 1, sha256: '0'.repeat(64) } }),
    ],
    [
      'a report of another kind',
      stored('a', { report: { path: 'results/x.sh', bytes: 1, sha256: '0'.repeat(64) } }),
    ],
    [
      'an empty report',
      stored('a', { report: { path: 'results/x.md', bytes: 0, sha256: '0'.repeat(64) } }),
    ],
    ['an unknown outcome', { ...ended('a'), outcome: 'done' }],
    ['an unknown category', { ...ended('a'), category: 'odd' }],
    ['a task that is none', { ...launched('a'), task: 'A' }],
    ['a run that is none', { ...opened(['a']), run: '..' }],
    ['an unknown event', { event: 'task.dreamt', at: '2026-11-22T18:15:30.000Z' }],
  ])('cannot have %s', (_, event) => {
    expect(ledgerEvent.safeParse(event).success).toBe(false);
  });
});
