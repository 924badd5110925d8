import { describe, expect, it } from 'vitest';
import { holdsBrief, renderBrief, repeatBrief } from '../../../../src/view/prompts/brief.ts';
import { fold, makeTask, opened, RUN } from '../../../support/run-events.ts';

const PATHS = { run: '/repo/.swarm/runs/x' };

function repeat(brief: string, context = 'For all.'): string {
  const state = fold(opened([makeTask('a', { brief, writes: ['src/**'] })], { context }));
  const task = state.tasks.get('a');
  return task ? repeatBrief(state, task, PATHS, 60_000) : '';
}

describe('repeatBrief', () => {
  it('is the brief', () => {
    const state = fold(opened([makeTask('a', { brief: 'Keep the API.' })]));
    const task = state.tasks.get('a');
    const whole = task && renderBrief(state, task, PATHS, 60_000);
    expect(task && repeatBrief(state, task, PATHS, 60_000)).toBe(whole);
    expect(holdsBrief(whole ?? '', RUN, 'a')).toBe(true);
    expect(holdsBrief(`swarm:${RUN}/a\n\nHOUSE RULES`, RUN, 'a')).toBe(false);
  });

  it.each([
    ['brief', repeat('x'.repeat(20_000))],
    ['shared context', repeat('Short.', 'x'.repeat(20_000))],
  ])('names the plan if the %s is too long for a hook', (_, text) => {
    expect(text.length).toBeLessThan(9_000);
    expect(text).toContain(`${PATHS.run}/plan.md`);
    expect(text).toContain('`src/**`');
    expect(text).toContain(`swarm result ${RUN}/a -`);
  });
});
