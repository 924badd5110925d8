import { describe, expect, it } from 'vitest';
import { readyTasks } from '../../../src/run/ready-tasks.ts';
import {
  completes,
  ended,
  fold,
  launched,
  makeTask,
  NO_RETRY,
  opened,
} from '../../support/run-events.ts';

const needing = (id: string, ...needs: string[]) => makeTask(id, { needs });

describe('readyTasks', () => {
  const ready = (...events: Parameters<typeof fold>) =>
    readyTasks(fold(...events)).map((task) => task.id);

  it('returns the tasks whose needs are completed', () => {
    const tasks = opened([needing('a'), needing('b', 'a'), needing('c')]);
    expect(ready(tasks)).toEqual(['a', 'c']);
    expect(ready(tasks, launched('a'))).toEqual(['c']);
    expect(ready(tasks, ...completes('a'))).toEqual(['b', 'c']);
    expect(
      ready(tasks, launched('a'), ended('a', { outcome: 'failed', category: 'fatal' })),
    ).toEqual(['c']);
  });

  it('returns no more tasks than may run at once', () => {
    const tasks = opened(['a', 'b', 'c', 'd'], { policy: { ...NO_RETRY, maxParallel: 2 } });
    expect(ready(tasks)).toEqual(['a', 'b']);
    expect(ready(tasks, launched('b'))).toEqual(['a']);
    expect(ready(tasks, launched('b'), launched('a'))).toEqual([]);
    expect(ready(tasks, ...completes('b'), launched('a'))).toEqual(['c']);
  });
});
