import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunState } from '../../../../src/run/run-state.ts';
import {
  renderBoundedSummary,
  renderSummary,
} from '../../../../src/view/markdown/render-summary.ts';
import { ended, fold, launched, makeTask, NO_RETRY, opened } from '../../../support/run-events.ts';

const policy = { ...NO_RETRY, maxParallel: 1_000 };

/** A run of many tasks in every status, with abstracts of a given length. */
function runOf(count: number, length: number): RunState {
  const ids = Array.from({ length: count }, (_, index) => `task-${index}`);
  const text = `${'Wörter 🙂 | and [more](x) '.repeat(60)}`.slice(0, length).toWellFormed();
  const events = ids.flatMap((id, index) => {
    if (index % 5 === 4) return [];
    if (index % 5 === 3) return [launched(id)];
    const outcome = index % 5 === 2 ? 'failed' : 'reported';
    const category = outcome === 'failed' ? 'fatal' : null;
    return [launched(id), ended(id, { outcome, category, message: text, abstract: text })];
  });
  const tasks = ids.map((id) => makeTask(id, { title: `Look after ${id} and what is around` }));
  return fold(opened(tasks, { policy, goal: text.slice(0, 300) || 'g' }), ...events);
}

/** The ids that a text contains as whole words. */
function namedIds(text: string): Set<string> {
  return new Set(text.match(/\btask-\d+\b/g));
}

describe('a bounded summary', () => {
  it('names every task and stays within the limit wherever possible', () => {
    const cases = fc.record({
      count: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 500 })),
      length: fc.constantFrom(0, 1, 40, 200, 1_000),
      maxChars: fc.oneof(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 1, max: 100_000 })),
    });
    fc.assert(
      fc.property(cases, ({ count, length, maxChars }) => {
        const state = runOf(count, length);
        const text = renderBoundedSummary(state, maxChars);
        const shortest = renderBoundedSummary(state, 1);
        expect(namedIds(text).size).toBe(count);
        expect(text.length).toBeLessThanOrEqual(Math.max(maxChars, shortest.length));
        expect(text.endsWith('\n')).toBe(true);
        expect(text.isWellFormed()).toBe(true);
      }),
      { seed: 20261122, numRuns: 30 },
    );
  });

  it('is the whole summary if that fits', () => {
    const state = runOf(8, 200);
    const whole = renderSummary(state);
    expect(renderBoundedSummary(state, whole.length)).toBe(whole);
    expect(renderBoundedSummary(state, whole.length - 1)).not.toBe(whole);
  });

  it('shortens abstracts, then leaves them out, then the table', () => {
    const state = runOf(10, 1_000);
    const forms = [20_000, 6_000, 3_700, 1_000].map((maxChars) =>
      renderBoundedSummary(state, maxChars),
    );
    expect(forms.map((text) => text.includes('| task |'))).toEqual([true, true, true, false]);
    expect(forms.map((text) => text.includes('Full report'))).toEqual([true, true, false, false]);
    const quoted = forms.map((text) => /^> (.*)$/m.exec(text)?.[1]?.length ?? 0);
    expect(quoted[0]).toBeGreaterThan(990);
    expect(quoted[1]).toBeLessThan(500);
    expect(quoted[1]).toBeGreaterThanOrEqual(80);
  });

  it('of one task has one line for the run and one for the task', () => {
    expect(renderBoundedSummary(runOf(1, 0), 1)).toBe(
      'g: 1 of 1 task completed (unverified), in 0s\ncompleted (1): task-0\n',
    );
  });

  it('names 500 tasks in 12,000 characters', () => {
    const text = renderBoundedSummary(runOf(500, 1_000), 12_000);
    expect(text.length).toBeLessThanOrEqual(12_000);
    expect(namedIds(text).size).toBe(500);
  });
});
