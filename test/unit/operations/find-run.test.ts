import { describe, expect, it } from 'vitest';
import { findRun, findTarget, findTask } from '../../../src/operations/find-run.ts';
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
    expect(find('nothing')).toThrow(/found "nothing"/);
    expect(find('')).toThrow(/found ""/);
    expect(find('../x')).toThrow(/found "..\/x"/);
    expect(find(`${OLD}/a`)).toThrow(/without a task/);
  });
});

describe('a task', () => {
  it('is found in a run by a part of its id, or by its own id in the newest run', async () => {
    await using dir = await makeRuns();
    const find = (name: string) => findTask(makeHost(dir.path), name).ref;
    expect(find(`${OLD}/b`)).toEqual({ run: OLD, task: 'b' });
    expect(find('412abc/b')).toEqual({ run: OLD, task: 'b' });
    expect(find('b')).toEqual({ run: NEW, task: 'b' });
    expect(() => find('a')).toThrow(/newest run/);
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
