import { expect, test } from 'vitest';
import { DEFAULT_WORKER_OPTIONS } from '../../../src/claude/command-line.ts';
import type { LedgerEvent } from '../../../src/ledger/events.ts';
import type { ProcessIdentity } from '../../../src/platform/process/process-identity.ts';
import { taskStatuses } from '../../../src/run/task-status.ts';
import { acquireRun } from '../../../src/supervisor/acquire-run.ts';
import { makeHost } from '../../support/host.ts';
import { at, launched, opened, started } from '../../support/run-events.ts';
import { append, storeRun } from '../../support/stored-run.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

const DEAD: ProcessIdentity = { pid: 2 ** 31 - 2, startedAt: '1' };
const ALIVE: ProcessIdentity = { pid: 2 ** 31 - 3, startedAt: '1' };
const SETTINGS = { maxParallel: 2, options: DEFAULT_WORKER_OPTIONS };
const machine = { now: () => at(9), isAlive: ({ pid }: ProcessIdentity) => pid === ALIVE.pid };

const supervised = (
  supervisor: string,
  process: ProcessIdentity,
  replaces: string | null = null,
): LedgerEvent => ({
  event: 'supervisor.started',
  at: at(1),
  supervisor,
  process,
  replaces,
  ...SETTINGS,
});

test('rejects the second of two supervisors, even if the first has exited', async () => {
  await using dir = await makeTempDir();
  const run = storeRun(dir.path, [opened(['a'])]);
  const now = () => {
    append(run.paths, supervised('first', DEAD));
    return at(9);
  };

  const claim = acquireRun(
    run,
    { id: 'second', process: ALIVE },
    SETTINGS,
    makeHost(dir.path, { ...machine, now }),
  );

  await expect(claim).rejects.toThrow('first and has exited');
});

test('a new supervisor makes the tasks of a conversation whose client is gone pending again', async () => {
  await using dir = await makeTempDir();
  const run = storeRun(dir.path, [opened(['a']), launched('a', { client: DEAD }), started('a')]);

  await acquireRun(run, { id: 'one', process: ALIVE }, SETTINGS, makeHost(dir.path, machine));

  expect(taskStatuses(run.state).get('a')).toBe('pending');
});
