import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LedgerEvent, TaskKey } from '../../../../src/ledger/events.ts';
import { sha256 } from '../../../../src/platform/sha256.ts';
import { loadResultCache } from '../../../../src/supervisor/cache/result-cache.ts';
import { takeSnapshot } from '../../../../src/worktrees/snapshots/take-snapshot.ts';
import { makeHost } from '../../../support/host.ts';
import {
  at,
  ended,
  gateAsked,
  gateDecided,
  launched,
  makeReport,
  makeTask,
  opened,
  started,
} from '../../../support/run-events.ts';
import { storeRun } from '../../../support/stored-run.ts';
import { git, makeTempDir, makeTempRepo } from '../../../support/temp-dir.ts';

/** Which reports of earlier runs may be reused. */

const hash = sha256('');
const KEY: TaskKey = { brief: hash, context: hash, agent: hash, model: hash, needs: hash };
const TEXT = 'x'.repeat(10);
const REPORT = { ...makeReport('a', TEXT), sha256: sha256(TEXT) };
const [FIRST, SECOND] = ['20261122-181530-412abc', '20261123-181530-412abc'];

const reports = [launched('a', { key: KEY }), started('a'), ended('a', { report: REPORT })];
const added: LedgerEvent = {
  event: 'worktree.added',
  at: at(3),
  task: 'a',
  branch: 'swarm/run/a',
  base: '1'.repeat(40),
};

test.each([
  ['of a task that completed', reports, TEXT],
  ['of one that waits at a gate', [...reports, gateAsked('a')], undefined],
  [
    'of one that was denied at a gate',
    [...reports, gateAsked('a'), gateDecided('a', 'denied')],
    undefined,
  ],
  ['of one whose changes are on a branch', [added, ...reports], undefined],
  [
    'of one whose branch was merged',
    [added, ...reports, { event: 'worktree.removed', at: at(20), task: 'a' } as const],
    TEXT,
  ],
])('a report %s', async (_, events, expected) => {
  await using dir = await makeTempDir();
  storeRun(dir.path, [opened(['a']), ...events], FIRST);
  const run = storeRun(dir.path, [opened(['a'])], SECOND);

  expect((await loadResultCache(run, dir.path)).find(KEY)?.text).toBe(expected);
});

test('names the unmerged branch of a task that must run again', async () => {
  await using dir = await makeTempDir();
  storeRun(dir.path, [opened(['a']), added, ...reports], FIRST);
  const run = storeRun(dir.path, [opened(['a'])], SECOND);

  expect((await loadResultCache(run, dir.path)).explainMiss('a', KEY)).toContain('swarm/run/a');
});

/** Its task a changes `shared.txt` and removes `old.txt`; `later` happens after its end. */
async function cacheAfter(later: (write: (name: string, text: string) => void) => unknown) {
  const dir = await makeTempRepo();
  const write = (name: string, text: string) => writeFileSync(join(dir.path, name), text);
  write('shared.txt', 'before');
  write('old.txt', 'old');
  await git(dir.path, 'add', '.');
  await git(dir.path, 'commit', '--quiet', '--message', 'files');
  const task = makeTask('a', { writes: ['*.txt'] });
  const first = storeRun(dir.path, [opened([task]), ...reports], FIRST);
  const snapshot = (ms: number) => {
    const host = makeHost(dir.path, { now: () => at(ms) });
    return takeSnapshot(first, { host, isForced: true });
  };
  await snapshot(0);
  write('shared.txt', 'after');
  rmSync(join(dir.path, 'old.txt'));
  await snapshot(20);
  await later(write);
  const run = storeRun(dir.path, [opened([task])], SECOND);
  const cache = await loadResultCache(run, dir.path);
  const found = { find: cache.find(KEY), why: cache.explainMiss('a', KEY) };
  await dir.remove();
  return found;
}

test.each<[string, Parameters<typeof cacheAfter>[0]]>([
  ['as it left them', () => {}],
  ['as it left them, with another file', (write) => write('other.md', 'x')],
])('reuses the report of a task whose files are %s', async (_, later) => {
  expect((await cacheAfter(later)).find?.text).toBe(TEXT);
});

test.each<[string, Parameters<typeof cacheAfter>[0], string]>([
  ['put back', (write) => write('shared.txt', 'before'), 'shared.txt is no longer'],
  ['changed', (write) => write('shared.txt', 'by a person'), 'shared.txt is no longer'],
  ['there again', (write) => write('old.txt', 'old'), 'old.txt is no longer'],
])('reuses no report of a task whose file is %s', async (_, later, why) => {
  const cache = await cacheAfter(later);
  expect(cache.find).toBeNull();
  expect(cache.why).toContain(why);
});
