import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LedgerEvent } from '../../../../src/ledger/events.ts';
import type { Attempt } from '../../../../src/run/attempt.ts';
import { loadRun } from '../../../../src/store/run-handle.ts';
import { diffDocument } from '../../../../src/worktrees/diff/diff-document.ts';
import { diffRange } from '../../../../src/worktrees/diff/diff-range.ts';
import {
  planRestoration,
  restoreDocument,
  restoreRun,
} from '../../../../src/worktrees/snapshots/restore-run.ts';
import {
  readSnapshots,
  removeSnapshots,
  runsWithSnapshots,
} from '../../../../src/worktrees/snapshots/snapshot-ref.ts';
import { takeSnapshot } from '../../../../src/worktrees/snapshots/take-snapshot.ts';
import { makeHost } from '../../../support/host.ts';
import {
  at,
  ended,
  launched,
  makeTask,
  opened,
  RUN,
  started,
} from '../../../support/run-events.ts';
import { append, storeRun } from '../../../support/stored-run.ts';
import { git, makeTempRepo } from '../../../support/temp-dir.ts';

/** A run in a shared checkout whose agents are played by the test, minute by minute. */
async function makeSharedRun(tasks = ['a', 'b', 'c']) {
  const repo = await makeTempRepo();
  const run = storeRun(repo.path, [opened(tasks.map((id) => makeTask(id, { writes: ['**'] })))]);
  let minutes = 0;
  const now = () => at(minutes * 60_000);
  const host = makeHost(repo.path, { now, isAlive: ({ pid }) => pid !== DEAD.pid });
  const calls = new Map<string, string>();
  const options = { host, firstCall: ({ task }: Attempt) => calls.get(task) ?? null };
  const later = () => {
    minutes++;
  };
  const record = async (...events: LedgerEvent[]) => {
    append(run.paths, ...events);
    later();
    await takeSnapshot(loadRun(run.paths), { host });
    later();
  };
  const read = (name: string) =>
    existsSync(join(repo.path, name)) ? readFileSync(join(repo.path, name), 'utf8') : null;
  await takeSnapshot(run, { host, isForced: true });
  later();
  return {
    repo,
    paths: run.paths,
    host,
    later,
    read,
    /** @param content null removes the file */
    write(name: string, content: string | null) {
      const path = join(repo.path, name);
      mkdirSync(dirname(path), { recursive: true });
      if (content === null) rmSync(path);
      else writeFileSync(path, content);
    },
    /** Its agent makes its first tool call after the snapshot, unless `isKnown` is false. */
    async begin(task: string, isKnown = true) {
      const launch = now();
      later();
      await record(launched(task, { at: launch }), started(task, { at: now() }));
      if (isKnown) calls.set(task, now());
      later();
    },
    end: (task: string) => record(ended(task, { at: now() })),
    async diff(task: string | null) {
      const range = await diffRange(loadRun(run.paths), task, options);
      const { files, ...rest } = await diffDocument(RUN, task, range);
      return { ...rest, files: Object.fromEntries(files.map((file) => [file.path, file.tasks])) };
    },
    async plan(...names: string[]) {
      const current = loadRun(run.paths);
      const found = await planRestoration(current, names, options);
      const { files, blocked } = restoreDocument(current, names, found, 'not_confirmed');
      const restore = () => restoreRun(current, found, { host });
      return {
        files: Object.fromEntries(files.map((one) => [one.path, one.change])),
        blocked,
        restore,
      };
    },
    [Symbol.asyncDispose]: () => repo.remove(),
  };
}

const OTHER = '20261122-181531-000xyz';

/** What is seen of an agent that called these tools and changed these files. */
function observed(task: string, toolCalls: Record<string, number>, filesChanged: string[]) {
  return {
    event: 'work.observed',
    ...{ at: at(1), attempt: `call-${task}`, moreFiles: 0, usage: null },
    ...{ toolCalls, filesChanged, permissionDenials: [], model: null },
  } as const;
}

/** Before the first snapshot. */
const EARLIER = { at: at(-60_000) };

/** The client of a session that is gone. */
const DEAD = { pid: 4_000, startedAt: null };

/** Stores another run of the checkout with a task `c` that may change files. */
function storeOther(path: string, ...events: LedgerEvent[]) {
  const first = opened([makeTask('c', { writes: ['**'] })], { run: OTHER, ...EARLIER });
  return storeRun(path, [first, ...events], OTHER).paths;
}

/** `a` works alone, then `b` and `c` at the same time. */
async function makeWorkedRun() {
  const shared = await makeSharedRun();
  const { begin, end, write } = shared;
  await begin('a');
  write('README.md', 'by a\n');
  write('a/new', '1');
  await end('a');
  write('mine', 'a person');
  await begin('b');
  await begin('c');
  write('both', '1');
  write('README.md', 'again\n');
  await end('b');
  write('late', '1');
  await end('c');
  return shared;
}

describe('shows what changed while the agents of a task were running', () => {
  it('and which tasks may have changed each file', async () => {
    await using shared = await makeWorkedRun();

    expect(await shared.diff('a')).toMatchObject({
      source: 'snapshots',
      isExact: false,
      files: { 'README.md': ['a'], 'a/new': ['a'] },
    });
    expect((await shared.diff('c')).files).toEqual({
      'README.md': ['b', 'c'],
      both: ['b', 'c'],
      late: ['c'],
    });
    expect((await shared.diff(null)).files).toEqual({
      'README.md': ['a', 'b', 'c'],
      'a/new': ['a'],
      both: ['b', 'c'],
      late: ['c'],
    });
  });

  it('also before the snapshot at its beginning, unless its first tool call is known', async () => {
    await using shared = await makeSharedRun();
    shared.write('mine', '1');
    await shared.begin('a', false);
    await shared.end('a');
    shared.write('own', '1');
    await shared.begin('b');
    await shared.end('b');

    expect((await shared.diff('a')).files).toEqual({ mine: ['a'] });
    expect((await shared.diff('b')).from).toBeNull();
  });

  it('while one is still running, up to now', async () => {
    await using shared = await makeSharedRun();
    await shared.begin('a');
    shared.write('new', '1');

    expect((await shared.diff('a')).files).toEqual({ new: ['a'] });
    expect((await shared.diff('b')).from).toBeNull();
  });

  it('not by snapshots that began too late', async () => {
    await using repo = await makeTempRepo();
    const run = storeRun(repo.path, [opened(['a']), launched('a'), started('a')]);
    const host = makeHost(repo.path, { now: () => at(60_000) });
    await takeSnapshot(run, { host });

    expect(await diffRange(run, 'a', { host })).toBeNull();
    await expect(planRestoration(run, [], { host })).rejects.toThrow('still running');
    append(run.paths, ended('a', { at: at(70_000) }));
    await expect(planRestoration(loadRun(run.paths), [], { host })).rejects.toThrow(
      'no snapshot of the files before a began',
    );
  });
});

describe('names the agents of other runs that were running in the same checkout', () => {
  it('at any time in which the run worked, in diff and restore', async () => {
    await using shared = await makeSharedRun();
    const other = storeOther(shared.repo.path, launched('c'), started('c'));
    await shared.begin('a');
    shared.write('README.md', 'by both runs\n');
    append(other, ended('c', { at: shared.host.now() }));
    await shared.end('a');
    await shared.begin('b');
    shared.write('own', '1');
    await shared.end('b');

    expect((await shared.diff('a')).files).toEqual({ 'README.md': ['a', `${OTHER}/c`] });
    expect((await shared.diff('b')).files).toEqual({ own: ['b'] });
    const { files, blocked } = await shared.plan();
    expect(files).toEqual({ own: 'removed' });
    expect(blocked).toMatchObject([
      { path: 'README.md', tasks: [`${OTHER}/c`], byPerson: false, isSubmodule: false },
    ]);
  });

  it('after the run as well, and not as a person', async () => {
    await using shared = await makeSharedRun();
    await shared.begin('a');
    shared.write('README.md', 'by a\n');
    await shared.end('a');
    const time = { at: shared.host.now() };
    storeOther(shared.repo.path, launched('c', time), started('c', time));
    shared.later();
    shared.write('README.md', 'by c\n');

    expect(await shared.plan()).toMatchObject({
      files: {},
      blocked: [{ path: 'README.md', tasks: [`${OTHER}/c`], byPerson: false }],
    });
  });

  it('but not those that had ended before, or died with their session', async () => {
    await using shared = await makeSharedRun();
    storeOther(shared.repo.path, launched('c', EARLIER), ended('c', EARLIER));
    storeRun(
      shared.repo.path,
      [opened(['d'], EARLIER), launched('d', { ...EARLIER, client: DEAD }), started('d', EARLIER)],
      '20261122-181529-000abc',
    );
    await shared.begin('a');
    shared.write('README.md', 'by a\n');
    await shared.end('a');

    expect(await shared.plan()).toMatchObject({ files: { 'README.md': 'put_back' }, blocked: [] });
  });

  it('and not those in another worktree', async () => {
    await using shared = await makeSharedRun();
    const other = storeOther(shared.repo.path, launched('c'), started('c'));
    const worktree = `${shared.repo.path}-worktree`;
    await git(shared.repo.path, 'worktree', 'add', '--quiet', worktree);
    await takeSnapshot(loadRun(other), { host: shared.host, checkout: worktree });
    rmSync(worktree, { recursive: true });
    await shared.begin('a');
    shared.write('README.md', 'by a\n');
    await shared.end('a');

    expect((await shared.plan()).blocked).toEqual([]);
  });

  it('and takes a run that cannot be read for one that may have changed everything', async () => {
    await using shared = await makeSharedRun();
    await shared.begin('a');
    shared.write('README.md', 'by a\n');
    await shared.end('a');
    const { ledger } = storeOther(shared.repo.path);
    writeFileSync(ledger, 'unreadable\n');

    expect((await shared.plan()).blocked).toMatchObject([{ path: 'README.md', tasks: [OTHER] }]);
    utimesSync(ledger, 0, 0);
    expect((await shared.plan()).blocked).toEqual([]);
  });
});

it('leaves a change that none of the agents that were running can have made', async () => {
  await using shared = await makeSharedRun();
  await shared.begin('a');
  shared.write('README.md', 'by hand\n');
  shared.write('other', '1');
  append(shared.paths, observed('a', { Write: 1 }, ['other']));
  await shared.end('a');

  expect(await shared.plan()).toMatchObject({
    files: { other: 'removed' },
    blocked: [{ path: 'README.md', tasks: [], byPerson: true }],
  });
});

describe('restores files to before', () => {
  it('a run, with everything that its agents changed and nothing else', async () => {
    await using shared = await makeWorkedRun();
    await git(shared.repo.path, 'add', 'README.md');
    const index = await git(shared.repo.path, 'ls-files', '--stage');
    const { files, blocked, restore } = await shared.plan();

    expect(files).toEqual({
      'README.md': 'put_back',
      ...{ 'a/new': 'removed', both: 'removed', late: 'removed' },
    });
    expect(blocked).toEqual([]);
    await restore();

    expect(shared.read('README.md')).toBe('# Temporary repository\n');
    expect(existsSync(join(shared.repo.path, 'a'))).toBe(false);
    expect(shared.read('mine')).toBe('a person');
    expect(await git(shared.repo.path, 'ls-files', '--stage')).toBe(index);
    expect((await shared.plan()).files).toEqual({});
    // What was there can still be had.
    const ref = `refs/swarm/${RUN}/snapshots`;
    const { snapshots } = (await readSnapshots(shared.paths)).log;
    const last = String(snapshots.length).padStart(4, '0');
    expect(await git(shared.repo.path, 'show', `${ref}:${last}/both`)).toBe('1');
  });

  it('recreates what a task removed', async () => {
    await using shared = await makeSharedRun();
    await shared.begin('a');
    shared.write('README.md', null);
    await shared.end('a');
    const { files, restore } = await shared.plan('a');

    expect(files).toEqual({ 'README.md': 'recreated' });
    await restore();
    expect(shared.read('README.md')).toBe('# Temporary repository\n');
  });

  it('but names the files that other tasks may have changed', async () => {
    await using shared = await makeWorkedRun();

    const one = { byPerson: false, isSubmodule: false };
    expect(await shared.plan('a')).toMatchObject({
      files: { 'a/new': 'removed' },
      blocked: [{ path: 'README.md', tasks: ['b', 'c'], ...one }],
    });
    expect(await shared.plan('c')).toMatchObject({
      files: { late: 'removed' },
      blocked: [
        { path: 'README.md', tasks: ['b'], ...one },
        { path: 'both', tasks: ['b'], ...one },
      ],
    });
    expect((await shared.plan('b', 'c')).blocked).toEqual([]);
  });

  it('and those that a person changed while no agent was running', async () => {
    await using shared = await makeWorkedRun();
    shared.write('late', 'mine now');
    shared.write('mine', 'still mine');

    const { files, blocked } = await shared.plan();
    expect(Object.keys(files)).toEqual(['README.md', 'a/new', 'both']);
    expect(blocked).toEqual([{ path: 'late', tasks: [], byPerson: true, isSubmodule: false }]);
  });

  it('nothing at all if a file was changed after the plan was shown', async () => {
    await using shared = await makeWorkedRun();
    const { restore } = await shared.plan();
    shared.write('both', 'changed meanwhile');

    await expect(restore()).rejects.toThrow(/both/);
    expect(shared.read('both')).toBe('changed meanwhile');
    expect(shared.read('README.md')).toBe('again\n');
    expect(shared.read('late')).toBe('1');
  });
});

it('takes a snapshot only after an attempt has begun or ended', async () => {
  await using shared = await makeSharedRun();
  const count = async () => (await readSnapshots(shared.paths)).log.snapshots.length;
  const take = () => takeSnapshot(loadRun(shared.paths), { host: shared.host });

  await take();
  expect(await count()).toBe(1);
  await shared.begin('a');
  await take();
  expect(await count()).toBe(2);
});

it('keeps every snapshot of two processes that take some at the same time', async () => {
  await using shared = await makeSharedRun();
  const take = () => takeSnapshot(loadRun(shared.paths), { host: shared.host, isForced: true });

  await Promise.all([take(), take()]);

  expect((await readSnapshots(shared.paths)).log.snapshots).toHaveLength(3);
});

it('keeps snapshots out of the history, until they are removed', async () => {
  await using shared = await makeWorkedRun();
  const { path } = shared.repo;

  expect(await git(path, 'log', '--all', '--format=%s')).toBe('first\n');
  await git(path, 'gc', '--quiet', '--prune=now');
  expect((await shared.diff('a')).patch).toContain('+by a');
  expect(await runsWithSnapshots(path)).toEqual([RUN]);
  await removeSnapshots(shared.paths);
  expect(await git(path, 'for-each-ref', 'refs/swarm')).toBe('');
});
