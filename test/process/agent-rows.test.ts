import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { recordCheckpoint } from '../../src/operations/record-checkpoint.ts';
import { writeProjections } from '../../src/store/projections.ts';
import { hostAt } from '../support/host.ts';
import { at, launched, opened, started } from '../support/run-events.ts';
import { storeRun } from '../support/stored-run.ts';
import { PROJECT } from '../support/swarm-session.ts';
import { makeTempDir, type TempDir } from '../support/temp-dir.ts';

/** The process that the client starts at each refresh of its agents. */

let dir: TempDir;

beforeEach(async () => {
  dir = await makeTempDir();
  mkdirSync(join(dir.path, '.git'));
});
afterEach(() => dir.remove());

/** A run whose tasks `one` and `two` are at work. */
function storeWorking() {
  const run = storeRun(dir.path, [
    opened(['one', 'two', 'three']),
    launched('one'),
    started('one'),
    launched('two'),
    started('two'),
  ]);
  writeProjections(run);
  return run.paths;
}

function rows(agents: readonly string[], more: { columns?: number; env?: NodeJS.ProcessEnv } = {}) {
  // What the client of 2.1.330 sends, by its names.
  const tasks = agents.map((id) => ({
    id,
    type: 'local_agent',
    agentType: 'general-purpose',
    status: 'running',
    description: 'Anything',
    label: 'Anything',
    startTime: 1_795_384_577_032,
    tokenCount: 15,
    cwd: dir.path,
  }));
  const { columns = 100, env = { NO_COLOR: '1' } } = more;
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [join(PROJECT, 'dist', 'agent-rows.cjs')],
    {
      cwd: PROJECT,
      env: { CLAUDE_PROJECT_DIR: dir.path, ...env },
      input: JSON.stringify({ session_id: 's', cwd: dir.path, columns, tasks }),
      encoding: 'utf8',
    },
  );
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { id: string; content: string });
}

test('agents of a run get a row, others keep theirs', () => {
  storeWorking();
  const drawn = rows(['agent-two', 'someone-else', 'agent-one']);
  expect(drawn.map(({ id }) => id).sort()).toEqual(['agent-one', 'agent-two']);
  expect(drawn.find(({ id }) => id === 'agent-one')?.content).toMatch(
    /^◐ one {2}░{10} {4}0% {2}Do one {2}.* of 10m$/,
  );
});

test('a row shows a checkpoint at once', () => {
  const paths = storeWorking();
  recordCheckpoint(hostAt(dir.path, at(100)), `${paths.run}/one`, '40', 'read 12 of 30 files');
  expect(rows(['agent-one'])[0]?.content).toContain('████░░░░░░   40%  read 12 of 30 files');
});

test('rows are coloured unless NO_COLOR is set, and as wide as the client says', () => {
  storeWorking();
  expect(rows(['agent-one'], { env: {} })[0]?.content).toContain('\u001b[36m◐ one\u001b[0m');
  expect(rows(['agent-one'], { columns: 12, env: {} })[0]?.content).toBe(
    '\u001b[36m◐ one  0%\u001b[0m',
  );
});

test('without an open run nothing is said, and nothing is made', () => {
  expect(rows(['agent-one'])).toEqual([]);
  const paths = storeWorking();
  rmSync(paths.openMarker);
  expect(rows(['agent-one'])).toEqual([]);
});

test('a run that cannot be read costs the others nothing', () => {
  const paths = storeWorking();
  mkdirSync(join(dir.path, '.swarm/open/20261122-181530-000000'));
  writeFileSync(join(dir.path, '.swarm/open/strange name'), '');
  expect(rows(['agent-one'])).toHaveLength(1);
  writeFileSync(paths.status, '{"half');
  expect(rows(['agent-one'])).toEqual([]);
});

test('a message in any script is cut to the width', () => {
  const paths = storeWorking();
  const message = '読んだファイルは三十のうち十二です。'.repeat(3);
  recordCheckpoint(hostAt(dir.path, at(100)), `${paths.run}/one`, '40', message);

  const [row] = rows(['agent-one'], { columns: 70 });
  expect(row?.content).toContain('読んだファイル');
  expect(stringWidth(row?.content ?? '')).toBeLessThanOrEqual(70);
});
