import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { listResources } from '../../../src/mcp/greeting/list-resources.ts';
import { summaryResource } from '../../../src/mcp/summary-resource.ts';
import { listAllRuns } from '../../../src/operations/list-runs.ts';
import { writeProjections } from '../../../src/store/projections.ts';
import { runPaths } from '../../../src/store/run-paths.ts';
import { makeHost } from '../../support/host.ts';
import { checkpoint, completes, launched, opened, RUN, started } from '../../support/run-events.ts';
import { storeRun } from '../../support/stored-run.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

const OTHER = '20261122-181531-000xyz';
let dir: TempDir;

beforeEach(async () => {
  dir = await makeTempDir();
});
afterEach(() => dir.remove());

function storeBoth(): void {
  const working = [launched('a'), started('a'), checkpoint('a', 40, '4 of 10')];
  writeProjections(storeRun(dir.path, [opened(['a', 'b']), ...working, ...completes('b')]));
  writeProjections(storeRun(dir.path, [opened(['c'], { run: OTHER, goal: 'Docs' })], OTHER));
}

it('lists what the ledgers tell, newest first', () => {
  storeBoth();
  const told = listAllRuns(makeHost(dir.path)).map((row) =>
    'unreadable' in row ? row : summaryResource(row),
  );

  expect(listResources(dir.path)).toEqual(told);
  expect(told.map((one) => 'name' in one && one.name)).toEqual([OTHER, RUN]);
});

it('lists nothing where there is no run', () => {
  expect(listResources(dir.path)).toEqual([]);
});

it.each<[string, (status: string) => void]>([
  ['missing', (status) => rmSync(status)],
  ['damaged', (status) => writeFileSync(status, '{"run":')],
  ['of another run', (status) => copyFileSync(runPaths(dir.path, OTHER).status, status)],
  ['of another shape', (status) => writeFileSync(status, JSON.stringify({ run: RUN }))],
])('leaves the list to the ledgers if a status document is %s', (_, damage) => {
  storeBoth();
  damage(runPaths(dir.path, RUN).status);

  expect(listResources(dir.path)).toBeNull();
});
