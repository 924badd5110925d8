import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { DEFAULT_WORKER_OPTIONS } from '../../../src/claude/command-line.ts';
import type { LedgerEvent } from '../../../src/ledger/events.ts';
import type { ProcessIdentity } from '../../../src/platform/process/process-identity.ts';
import { identifyProcess } from '../../../src/platform/process/process-identity.ts';
import { taskStatuses } from '../../../src/run/task-status.ts';
import { reapOrphans } from '../../../src/supervisor/acquire-run.ts';
import { makeHost } from '../../support/host.ts';
import { at, launched, opened } from '../../support/run-events.ts';
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
const launchedBy = (supervisor: string, client: ProcessIdentity, task: string): LedgerEvent =>
  launched(task, { session: `call-${task}`, client, supervisor });

test('does not take the workers of a new supervisor for orphans of the dead one', async () => {
  await using dir = await makeTempDir();
  const deaf = `process.on('SIGTERM', () => console.log('asked')); console.log('deaf'); setInterval(() => {}, 1000)`;
  const orphan = spawn(process.execPath, ['-e', deaf], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(orphan, 'exit');
  await once(orphan.stdout, 'data');
  const run = storeRun(dir.path, [
    opened(['a', 'b']),
    supervised('one', DEAD),
    launchedBy('one', DEAD, 'a'),
    {
      event: 'worker.started',
      at: at(3),
      attempt: 'call-a',
      process: identifyProcess(orphan.pid ?? 0),
    },
  ]);

  const ending = reapOrphans(run, makeHost(dir.path, machine));
  // It ignores SIGTERM, so it stays alive until the grace period has passed.
  await once(orphan.stdout, 'data');
  append(run.paths, supervised('two', ALIVE, 'one'), launchedBy('two', ALIVE, 'b'));
  await ending;

  await ended;
  expect(Object.fromEntries(taskStatuses(run.state))).toEqual({ a: 'pending', b: 'working' });
  expect(run.state.supervision.current?.id).toBe('two');
});
