import { describe, expect, it } from 'vitest';
import { EXIT, type SwarmError } from '../../../src/errors/swarm-error.ts';
import { findRun, findTarget, findTask, namesRun } from '../../../src/operations/find-run.ts';
import { makeHost } from '../../support/host.ts';
import { opened } from '../../support/run-events.ts';
import { storeRun } from '../../support/stored-run.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

const OLD = '20261122-181530-412abc';
const NEW = '20261123-090000-007xyz';

async function makeRuns(): Promise<TempDir> {
  const dir = await makeTempDir();
  storeRun(dir.path, [opened(['a', 'b'], { run: OLD })], OLD);
  storeRun(dir.path, [opened(['b', 'c', '412abc'], { run: NEW })], NEW);
  return dir;
}

describe('a run', () => {
  it('is found by its id, its beginning, its end, or as the newest', async () => {
    await using dir = await makeRuns();
    const find = (name?: string) => findRun(makeHost(dir.path), name).paths.run;
    expect([find(), find(OLD), find('20261122'), find('412abc'), find('xyz')]).toEqual([
      ...[NEW, OLD, OLD, OLD, NEW],
    ]);
  });

  it('is not guessed where a part is ambiguous, unknown or no part of an id', async () => {
    await using dir = await makeRuns();
    const find = (name: string) => () => findRun(makeHost(dir.path), name);
    expect(find('202611')).toThrow(`2 run ids: ${NEW}, ${OLD}`);
    expect(find('')).toThrow(/found ""/);
    expect(find('../x')).toThrow(/found "..\/x"/);
    expect(find(`${OLD}/a`)).toThrow(/without a task/);
  });
});

it('tells the name of a run, or a part of it, from that of a plan', async () => {
  await using dir = await makeRuns();
  const host = makeHost(dir.path);
  const unknown = '20261122-181530-999999';
  expect([OLD, '412abc', '20261122', unknown].filter((name) => !namesRun(host, name))).toEqual([]);
  expect(['plan.md', 'plan', '-', '', './412abc'].filter((name) => namesRun(host, name))).toEqual(
    [],
  );
});

describe('a name that nothing has', () => {
  const errorOf = (find: () => unknown) => {
    try {
      find();
    } catch (error) {
      return error as SwarmError;
    }
    throw new Error('expected an error');
  };

  it('is answered with the tasks of the newest run, and with one that is similar', async () => {
    await using dir = await makeTempDir();
    const host = makeHost(dir.path);
    storeRun(dir.path, [opened(['routes', 'models'], { run: NEW })], NEW);
    for (const find of [findTask, findTarget]) {
      const { exitCode, message } = errorOf(() => find(host, 'route'));
      expect(exitCode).toBe(EXIT.notFound);
      expect(message).toContain(NEW);
      expect(message).toContain('(did you mean routes?)');
      expect(message).toContain('routes, models');
    }
    expect(errorOf(() => findTask(host, `${NEW}/route`)).message).toContain('did you mean routes');
    expect(errorOf(() => findRun(host, 'nope')).exitCode).toBe(EXIT.notFound);
    expect(errorOf(() => findRun(host, '../x')).exitCode).toBe(EXIT.badInput);
  });

  it('is not found where there are no runs', async () => {
    await using dir = await makeTempDir();
    for (const find of [findTask, findTarget, findRun])
      expect(errorOf(() => find(makeHost(dir.path), 'nope')).exitCode).toBe(EXIT.notFound);
  });
});

describe('a task', () => {
  it('is found in a run by a part of its id, or by its own id in the newest run', async () => {
    await using dir = await makeRuns();
    const find = (name: string) => findTask(makeHost(dir.path), name).ref;
    expect(find(`${OLD}/b`)).toEqual({ run: OLD, task: 'b' });
    expect(find('412abc/b')).toEqual({ run: OLD, task: 'b' });
    expect(find('b')).toEqual({ run: NEW, task: 'b' });
    expect(() => find('a')).toThrow(/has no task "a"/);
    expect(() => find('007xyz')).toThrow(/expected <run-id>/);
    expect(() => find('xyz/a')).toThrow(/has no task "a"/);
    expect(() => find('b/c/d')).toThrow(/expected <run-id>/);
  });

  it('of the newest run comes before a run with that end, where either may be meant', async () => {
    await using dir = await makeRuns();
    const find = (name: string) => {
      const { run, task } = findTarget(makeHost(dir.path), name);
      return [run.paths.run, task];
    };
    expect(find('412abc')).toEqual([NEW, '412abc']);
    expect(find('20261122')).toEqual([OLD, null]);
    expect(find('abc/a')).toEqual([OLD, 'a']);
  });
});
