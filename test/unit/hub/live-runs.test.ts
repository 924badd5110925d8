import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LiveRuns } from '../../../src/hub/live/live-runs.ts';
import { toStatusDocument } from '../../../src/run/status-document.ts';
import { markActive } from '../../../src/store/run-index.ts';
import { runPaths } from '../../../src/store/run-paths.ts';
import { hostAt } from '../../support/host.ts';
import {
  at,
  checkpoint,
  completes,
  ended,
  launched,
  NO_RETRY,
  opened,
  started,
} from '../../support/run-events.ts';
import { append, storeRun } from '../../support/stored-run.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';
import { waitUntil } from '../../support/wait-until.ts';

const FIRST = '20261122-181530-000001';
const SECOND = '20261122-181530-000002';

let dir: TempDir;
let live: LiveRuns;
const seen: string[] = [];

beforeEach(async () => {
  dir = await makeTempDir();
  seen.length = 0;
});
afterEach(async () => {
  await live.close();
  await dir.remove();
});

/** Long after its creation, nobody is expected to launch the tasks of a run. */
const LATER = at(20 * 60_000);

function watch(now = at(100)) {
  live = new LiveRuns(hostAt(dir.path, now), () => {});
  live.onChange(({ run, handle }) => {
    const status = handle && toStatusDocument(handle.state);
    seen.push(
      `${run.slice(-1)} ${status ? `${status.status} ${status.tasks[0]?.percent}%` : 'gone'}`,
    );
  });
}

function create(run: string) {
  const { paths } = storeRun(dir.path, [opened(['a'], { run, policy: NO_RETRY })], run);
  markActive(paths);
  return paths;
}

const shown = (text: string) =>
  waitUntil(() => seen.includes(text), { what: text, state: () => seen.join(', ') });

it('reports new runs, their progress and their end, and a retry after it', async () => {
  watch();
  const paths = create(FIRST);
  await shown('1 working 0%');
  append(paths, launched('a'), started('a'), checkpoint('a', 40));
  await shown('1 working 40%');
  append(paths, ended('a', { outcome: 'failed', category: 'fatal', message: 'no' }));
  await shown('1 failed 40%');
  await waitUntil(() => live.unfinished === 0);
  append(paths, { event: 'retry.requested', at: at(5), task: 'a' });
  markActive(paths);
  await shown('1 working 0%');
  expect(live.row(FIRST)).toMatchObject({ status: 'working' });
});

it('follows a run that nobody works on', async () => {
  const paths = create(FIRST);
  watch(LATER);
  await waitUntil(() => live.unfinished === 1);
  append(paths, { event: 'cancel.requested', at: at(6), task: null });
  await shown('1 cancelled 0%');
});

it('keeps no ended run, and reads rows again only after a change', async () => {
  const paths = create(FIRST);
  append(paths, ...completes('a'));
  create(SECOND);
  watch();
  await waitUntil(() => live.unfinished === 1);
  expect(live.ids()).toEqual([FIRST, SECOND]);
  const row = live.row(FIRST);
  expect(row).toMatchObject({ status: 'completed' });
  expect(live.row(FIRST)).toBe(row);
  append(paths, { event: 'cancel.requested', at: at(7), task: null });
  expect(live.row(FIRST)).not.toBe(row);
});

it('reports a removed run', async () => {
  create(FIRST);
  watch();
  await waitUntil(() => live.unfinished === 1);
  rmSync(runPaths(dir.path, FIRST).openMarker);
  rmSync(runPaths(dir.path, FIRST).dir, { recursive: true });
  await shown('1 gone');
  expect([live.ids(), live.unfinished]).toEqual([[], 0]);
});
