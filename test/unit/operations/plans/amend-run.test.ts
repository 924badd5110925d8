import { describe, expect, it } from 'vitest';
import { amendRun } from '../../../../src/operations/plans/amend-run.ts';
import { loadRun } from '../../../../src/store/run-handle.ts';
import { makeHost } from '../../../support/host.ts';
import { completes, launched, makeTask, opened, started } from '../../../support/run-events.ts';
import { append, storeRun } from '../../../support/stored-run.ts';
import { makeTempDir } from '../../../support/temp-dir.ts';

/** A plan with these tasks; a brief of null keeps that of the run. */
function planOf(
  tasks: readonly (Partial<ReturnType<typeof makeTask>> & { id: string })[],
  more = '',
) {
  const front = tasks.map(({ id, brief: _, ...task }) =>
    JSON.stringify({ id, title: `Do ${id}`, ...task }),
  );
  const briefs = tasks.map(({ id, brief = `Brief of ${id}.` }) => `## ${id}\n${brief}\n`);
  return `---\ngoal: Reach the goal\n${more}tasks:\n${front.map((one) => `  - ${one}\n`).join('')}---\n${briefs.join('\n')}`;
}

/** `done` is completed, `busy` is running, `idle` has not begun. */
async function openRun() {
  const dir = await makeTempDir();
  const busy = makeTask('busy', { writes: ['busy/**'] });
  const done = makeTask('done', { writes: ['done/**'] });
  const run = storeRun(dir.path, [
    opened([done, busy, makeTask('idle', { needs: ['done'] })]),
    ...completes('done'),
    ...[launched('busy'), started('busy')],
  ]);
  const host = makeHost(dir.path);
  return {
    paths: run.paths,
    amend: (source: string, isCheck = false) =>
      amendRun(loadRun(run.paths), source, { host, env: {}, isCheck }),
    tasks: () => loadRun(run.paths).state.tasks,
    [Symbol.asyncDispose]: () => dir.remove(),
  };
}

describe('a plan for an open run', () => {
  it('adds tasks that may need those of the run, and changes those with which no agent has begun', async () => {
    await using open = await openRun();
    const source = planOf([
      { id: 'idle', needs: ['done', 'busy'], brief: 'Something else.' },
      { id: 'busy', writes: ['busy/**'] },
      { id: 'more', needs: ['idle'], writes: ['done/again.md'] },
    ]);

    expect(open.amend(source, true)).toEqual({
      outcome: 'valid',
      added: ['more'],
      changed: ['idle'],
    });
    expect([...open.tasks().keys()]).toEqual(['done', 'busy', 'idle']);
    expect(open.amend(source)).toEqual({ outcome: 'amended', added: ['more'], changed: ['idle'] });
    expect([...open.tasks().keys()]).toEqual(['done', 'busy', 'idle', 'more']);
    expect(open.tasks().get('idle')?.plan).toMatchObject({
      brief: 'Something else.',
      needs: ['done', 'busy'],
    });
    expect(open.amend(source)).toEqual({ outcome: 'amended', added: [], changed: [] });
  });

  it.each([
    [
      'a task with which an agent has begun',
      planOf([{ id: 'busy', brief: 'Other.' }]),
      'task-begun',
    ],
    ['a completed one', planOf([{ id: 'done', tier: 'long', writes: ['done/**'] }]), 'task-begun'],
    ['writes of a running task', planOf([{ id: 'new', writes: ['busy/x'] }]), 'overlapping-writes'],
    ['an unknown need', planOf([{ id: 'new', needs: ['nowhere'] }]), 'unknown-task'],
    [
      'a cycle through the run',
      planOf([
        { id: 'idle', needs: ['new'] },
        { id: 'new', needs: ['idle'] },
      ]),
      'cycle',
    ],
    ['another quorum', planOf([{ id: 'new' }], 'quorum: 1\n'), 'fixed'],
    ['another budget', planOf([{ id: 'new' }], 'budgetUsd: 3\n'), 'fixed'],
  ])('reports %s, and changes nothing', async (_, source, code) => {
    await using open = await openRun();
    const before = [...open.tasks().values()].map(({ plan }) => plan);

    expect(open.amend(source)).toMatchObject({ outcome: 'invalid', findings: [{ code }] });
    expect([...open.tasks().values()].map(({ plan }) => plan)).toEqual(before);
  });

  it('is refused once the run has ended', async () => {
    await using open = await openRun();
    append(open.paths, ...completes('busy').slice(2), ...completes('idle'));

    expect(() => open.amend(planOf([{ id: 'new' }]))).toThrow('has ended');
  });

  it('leaves a task as it was whose agent began first', async () => {
    await using open = await openRun();
    append(open.paths, launched('idle'), {
      ...{ event: 'task.changed', at: new Date().toISOString() },
      changed: makeTask('idle', { brief: 'Too late.' }),
    });

    expect(open.tasks().get('idle')?.plan.brief).toBe('Brief of idle.');
  });
});
