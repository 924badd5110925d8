import { expect, test } from 'vitest';
import type { LedgerEvent, TaskKey } from '../../../../src/ledger/events.ts';
import { sha256 } from '../../../../src/platform/sha256.ts';
import { loadResultCache } from '../../../../src/supervisor/cache/result-cache.ts';
import {
  at,
  ended,
  gateAsked,
  gateDecided,
  launched,
  makeReport,
  opened,
  started,
} from '../../../support/run-events.ts';
import { storeRun } from '../../../support/stored-run.ts';
import { makeTempDir } from '../../../support/temp-dir.ts';

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

  expect(loadResultCache(run).find(KEY)?.text).toBe(expected);
});

test('names the unmerged branch of a task that must run again', async () => {
  await using dir = await makeTempDir();
  storeRun(dir.path, [opened(['a']), added, ...reports], FIRST);
  const run = storeRun(dir.path, [opened(['a'])], SECOND);

  expect(loadResultCache(run).explainMiss('a', KEY)).toContain('swarm/run/a');
});
