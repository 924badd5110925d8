import { expect, it } from 'vitest';
import { toStatusDocument } from '../../../src/run/status-document.ts';
import { describeCancelQuestion } from '../../../src/view/describe-cancel-question.ts';
import { fold, launched, makeTask, opened, RUN, started } from '../../support/run-events.ts';

it('names the tasks that a cancelled task takes with it, in any order of needs', () => {
  const tasks = [makeTask('z', { needs: ['y'] }), makeTask('y', { needs: ['x'] }), makeTask('x')];
  const status = toStatusDocument(fold(opened([...tasks, makeTask('w')])));
  expect(describeCancelQuestion(status, 'x')).toEqual([
    `Cancel task x of run ${RUN}: Reach the goal?`,
    'Tasks that need it are cancelled too: z, y',
  ]);
  expect(describeCancelQuestion(status, 'z')).toHaveLength(1);
});

it('counts what is too much to name', () => {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const events = ids.flatMap((id) => [launched(id), started(id)]);
  const status = toStatusDocument(fold(opened(ids), ...events));
  expect(describeCancelQuestion(status, null)[1]).toBe(
    'Agents that are running would stop: a, b, c, d, e and 2 more',
  );
});
