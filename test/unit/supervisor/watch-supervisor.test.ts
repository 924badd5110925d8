import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ProcessIdentity } from '../../../src/platform/process/process-identity.ts';
import { LOOK_MS, watchSupervisor } from '../../../src/supervisor/watch-supervisor.ts';
import { makeHost } from '../../support/host.ts';
import { at, launched, opened } from '../../support/run-events.ts';
import { storeRun } from '../../support/stored-run.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

const process = (pid: number): ProcessIdentity => ({ pid, startedAt: '1' });
const SUPERVISOR = process(1001);
const WORKERS = { a: process(1002), b: process(1003) };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Two workers of one supervisor, each with the function that reports an orphaned run. */
async function makeWorkers() {
  const dir = await makeTempDir();
  const workers = Object.entries(WORKERS).flatMap(([task, worker]) => [
    launched(task, { client: SUPERVISOR, supervisor: 's1', session: `call-${task}` }),
    { event: 'worker.started', at: at(2), attempt: `call-${task}`, process: worker } as const,
  ]);
  const { paths } = storeRun(dir.path, [opened(['a', 'b']), ...workers]);
  const alive = new Set([SUPERVISOR.pid, WORKERS.a.pid, WORKERS.b.pid]);
  const host = makeHost(dir.path, { isAlive: ({ pid }) => alive.has(pid) });
  const reported = { a: vi.fn(), b: vi.fn() };
  const stops = (['a', 'b'] as const).map((task) =>
    watchSupervisor(`call-${task}`, host, reported[task]),
  );
  return {
    ...{ paths, alive, reported },
    [Symbol.asyncDispose]: async () => {
      for (const stop of stops) stop();
      await dir.remove();
    },
  };
}

test('says nothing while the supervisor lives', async () => {
  await using workers = await makeWorkers();
  vi.advanceTimersByTime(3 * LOOK_MS);
  expect(workers.reported.a).not.toHaveBeenCalled();
  expect(workers.reported.b).not.toHaveBeenCalled();
});

test('the first worker that still runs reports the dead supervisor, once', async () => {
  await using workers = await makeWorkers();
  workers.alive.delete(SUPERVISOR.pid);
  vi.advanceTimersByTime(3 * LOOK_MS);
  expect(workers.reported.a).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ run: workers.paths.run }),
    's1',
  );
  expect(workers.reported.b).not.toHaveBeenCalled();
});

test('the next worker reports it if the first is gone', async () => {
  await using workers = await makeWorkers();
  for (const { pid } of [SUPERVISOR, WORKERS.a]) workers.alive.delete(pid);
  vi.advanceTimersByTime(LOOK_MS);
  expect(workers.reported.b).toHaveBeenCalledOnce();
});
