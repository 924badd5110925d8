import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'vitest';
import { DEFAULT_WORKER_OPTIONS } from '../../../src/claude/command-line.ts';
import { ATTEMPT_VARIABLE } from '../../../src/claude/worker-variables.ts';
import { identifyProcess } from '../../../src/platform/process/process-identity.ts';
import { loadRun } from '../../../src/store/run-handle.ts';
import { registerCleanUp } from '../../support/clean-up.ts';
import { startServerProcess } from '../../support/plugin-server.ts';
import { at, launched, opened } from '../../support/run-events.ts';
import { storeRun } from '../../support/stored-run.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { waitUntil } from '../../support/wait-until.ts';

const DEAD = { pid: 2 ** 31 - 2, startedAt: '1' };

test('the server of a worker ends it when supervisor and guard are both gone', {
  timeout: 60_000,
}, async () => {
  await using dir = await makeTempDir();
  const session = 'call-a';
  const env = { [ATTEMPT_VARIABLE]: session };
  const worker = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
    ...{ detached: true, stdio: 'ignore' },
    env: { ...process.env, ...env },
  });
  registerCleanUp(() => void worker.kill('SIGKILL'));
  const ended = once(worker, 'exit');
  const { paths } = storeRun(dir.path, [
    opened(['a']),
    {
      ...{ event: 'supervisor.started', at: at(1), supervisor: 's1', process: DEAD },
      ...{ replaces: null, maxParallel: 1, options: DEFAULT_WORKER_OPTIONS },
    },
    launched('a', { client: DEAD, supervisor: 's1', session }),
    {
      ...{ event: 'worker.started', at: at(2), attempt: session },
      process: identifyProcess(worker.pid ?? 0),
    },
  ]);

  const server = startServerProcess(dir.path, `${dir.path}/data`, env);
  const serverEnded = once(server, 'exit');
  await ended;
  await serverEnded;

  const end = () => loadRun(paths).state.attempts.get(session)?.end?.outcome;
  await waitUntil(() => end() === 'interrupted', { what: 'the end of the attempt' });
});
