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

/** The status line command that the client runs at each refresh of its agent rows. */

let dir: TempDir;

beforeEach(async () => {
  dir = await makeTempDir();
  mkdirSync(join(dir.path, '.git'));
});
afterEach(() => dir.remove());

/** A run whose tasks `one` and `two` are running. */
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
  // Fields as client 2.1.330 sends them.
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

test('draws rows for agents of a run and leaves the others to the client', () => {
  storeWorking();
  const drawn = rows(['agent-two', 'someone-else', 'agent-one']);
  expect(drawn.map(({ id }) => id).sort()).toEqual(['agent-one', 'agent-two']);
  expect(drawn.find(({ id }) => id === 'agent-one')?.content).toMatch(
    /^◐ one {2}░{10} {4}0% {2}Do one {2}.* of 10m$/,
  );
});

test('shows a checkpoint immediately', () => {
  const paths = storeWorking();
  recordCheckpoint(hostAt(dir.path, at(100)), `${paths.run}/one`, '40', 'read 12 of 30 files');
  expect(rows(['agent-one'])[0]?.content).toContain('████░░░░░░   40%  read 12 of 30 files');
});

test('colours rows unless NO_COLOR is set, and fits them to the width that the client sends', () => {
  storeWorking();
  expect(rows(['agent-one'], { env: {} })[0]?.content).toContain('\u001b[36m◐ one\u001b[0m');
  expect(rows(['agent-one'], { columns: 12, env: {} })[0]?.content).toBe(
    '\u001b[36m◐ one  0%\u001b[0m',
  );
});

test('prints nothing without an open run', () => {
  expect(rows(['agent-one'])).toEqual([]);
  const paths = storeWorking();
  rmSync(paths.openMarker);
  expect(rows(['agent-one'])).toEqual([]);
});

test('skips runs that cannot be read', () => {
  const paths = storeWorking();
  mkdirSync(join(dir.path, '.swarm/open/20261122-181530-000000'));
  writeFileSync(join(dir.path, '.swarm/open/strange name'), '');
  expect(rows(['agent-one'])).toHaveLength(1);
  writeFileSync(paths.status, '{"half');
  expect(rows(['agent-one'])).toEqual([]);
});

test('cuts a message to the width in any script', () => {
  const paths = storeWorking();
  const message = '読んだファイルは三十のうち十二です。'.repeat(3);
  recordCheckpoint(hostAt(dir.path, at(100)), `${paths.run}/one`, '40', message);

  const [row] = rows(['agent-one'], { columns: 70 });
  expect(row?.content).toContain('読んだファイル');
  expect(stringWidth(row?.content ?? '')).toBeLessThanOrEqual(70);
});
