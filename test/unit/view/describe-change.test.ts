import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../../src/config/resolve-policy.ts';
import type { LedgerEvent } from '../../../src/ledger/events.ts';
import { toStatusDocument } from '../../../src/run/status-document.ts';
import type { StatusDocument } from '../../../src/run/status-schema.ts';
import { describeChanges, describeTaskChanges } from '../../../src/view/describe-change.ts';
import {
  checkpoint,
  completes,
  ended,
  fold,
  launched,
  makeTask,
  opened,
  RUN,
  started,
} from '../../support/run-events.ts';

const tasks = opened([makeTask('a'), makeTask('b', { needs: ['a'] })]);
const documentOf = (...events: LedgerEvent[]): StatusDocument =>
  toStatusDocument(fold(tasks, ...events));
const fails = ended('a', { outcome: 'failed', category: 'fatal', message: 'HTTP\n\u001b[31m400' });

describe('describeChanges', () => {
  it('leaves out pending and unchanged tasks', () => {
    expect(describeChanges(null, documentOf())).toEqual([]);
    const working = documentOf(launched('a'), checkpoint('a', 40));
    expect(describeChanges(working, working)).toEqual([]);
    expect(
      describeChanges(documentOf(launched('a')), documentOf(launched('a'), started('a'))),
    ).toEqual([]);
  });

  it('has one line per change, without terminal sequences', () => {
    const steps: LedgerEvent[][] = [[launched('a')], [checkpoint('a', 40, '4 of 10')], [fails]];
    let events: LedgerEvent[] = [];
    const lines = steps.map((step) => {
      const before = documentOf(...events);
      events = [...events, ...step];
      return describeChanges(before, documentOf(...events));
    });
    expect(lines).toEqual([
      ['◐ a working'],
      ['◐ a working 40% 4 of 10'],
      [
        '✖ a failed (fatal): HTTP 400',
        '⊘ b cancelled, needs a, which failed',
        `✖ run ${RUN} failed: 0 of 2 tasks completed, 1 failed, 1 cancelled, in 0s`,
      ],
    ]);
  });

  it('says why a task will be retried', () => {
    const two = opened([makeTask('a', { tier: 'medium' })], { policy: DEFAULT_POLICY });
    const overloaded = ended('a', {
      outcome: 'failed',
      category: 'transient',
      message: 'HTTP 529',
    });
    const [before, after] = [[launched('a')], [launched('a'), overloaded]].map((events) =>
      toStatusDocument(fold(two, ...events)),
    );
    expect(describeChanges(before ?? null, after as StatusDocument)).toEqual([
      '○ a pending: attempt 1 ended (transient: HTTP 529); will be retried',
    ]);
  });

  it('lists what happened before the watch started', () => {
    expect(describeChanges(null, documentOf(...completes('a')))).toEqual([
      '✔ a completed (unverified) results/a.md',
    ]);
  });

  it('reports the end of a run once', () => {
    const over = documentOf(...completes('a'), ...completes('b'));
    expect(describeChanges(null, over).at(-1)).toMatch(/^✔ run \S+ completed: 2 of 2 tasks/);
    expect(describeChanges(over, over)).toEqual([]);
    expect(describeTaskChanges(null, over)).toEqual(describeChanges(null, over).slice(0, -1));
  });
});
