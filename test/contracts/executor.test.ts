import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WorkerStream } from '../../src/claude/stream-json.ts';
import { readProcessStat } from '../../src/platform/process/process-stat.ts';
import {
  type RunningWorker,
  startWorker,
  type WorkerStart,
} from '../../src/supervisor/executor/local-process.ts';
import { registerCleanUp } from '../support/clean-up.ts';
import { makeTempDir, type TempDir } from '../support/temp-dir.ts';
import { waitUntil } from '../support/wait-until.ts';

/**
 * What `swarm run` expects of whatever executes a worker. An executor that is added becomes another
 * row and runs the same situations.
 */
const EXECUTORS: Readonly<Record<string, (start: WorkerStart) => RunningWorker>> = {
  'local process': startWorker,
};

const LINE = JSON.stringify({ type: 'result', subtype: 'success', result: 'The report.' });
const IGNORES_SIGNALS = `process.on('SIGINT', () => {}).on('SIGTERM', () => {});`;
const STAYS = 'setInterval(() => {}, 1000);';

describe.each(Object.entries(EXECUTORS))('%s', (_, execute) => {
  let dir: TempDir;
  beforeEach(async () => {
    dir = await makeTempDir();
  });
  afterEach(() => dir.remove());

  /** Starts a program in the place of the client. */
  function start(source: string, more: Partial<WorkerStart> = {}): RunningWorker {
    const client = join(dir.path, 'client');
    writeFileSync(client, `#!${process.execPath}\n${source}`);
    chmodSync(client, 0o755);
    const attempt = 'attempt-1';
    const worker = execute({
      ...{ attempt, client, args: [], cwd: dir.path, prompt: '', onStream() {} },
      env: { PATH: process.env.PATH, SWARM_ATTEMPT: attempt },
      ...more,
    });
    registerCleanUp(() => worker.kill());
    return worker;
  }

  const at = (name: string) => join(dir.path, name);
  /** Program text that says that the worker is running. */
  const ready = `require('node:fs').writeFileSync('ready', String(process.pid));`;
  const isReady = () => waitUntil(() => existsSync(at('ready')));

  it('passes prompt, arguments, environment and directory on', async () => {
    const worker = start(
      `const prompt = require('node:fs').readFileSync(0, 'utf8');
       console.log(JSON.stringify({ type: 'result', subtype: 'success', result:
         [prompt, process.argv[2], process.env.SWARM_ATTEMPT, process.cwd()].join(' ') }));`,
      { prompt: 'Do it.', args: ['--print'] },
    );

    expect((await worker.ended).stream.result?.result).toBe(`Do it. --print attempt-1 ${dir.path}`);
  });

  it('reports each line of the stream, and the exit code and stderr at the end', async () => {
    const seen: (string | undefined)[] = [];
    const onStream = ({ result }: WorkerStream) => seen.push(result?.result);
    const worker = start(
      `console.log('${LINE}'); console.error('a warning'); process.exitCode = 3;`,
      {
        onStream,
      },
    );

    expect(await worker.ended).toMatchObject({ code: 3, signal: null, spawnError: null });
    expect((await worker.ended).stderr).toContain('a warning');
    expect(seen).toEqual(['The report.']);
  });

  it('says why a worker could not be started', async () => {
    const worker = start('', { client: at('no-such-client') });

    expect(worker.process).toBeNull();
    expect((await worker.ended).spawnError).toMatch(/ENOENT/);
  });

  it('asks a worker to stop before it kills it', async () => {
    const worker = start(
      `process.on('SIGTERM', () => { console.log('${LINE}'); process.exit(0); }); ${ready} ${STAYS}`,
    );
    await isReady();

    worker.stop(60_000, false);

    expect(await worker.ended).toMatchObject({
      code: 0,
      stream: { result: { result: 'The report.' } },
    });
  });

  it('kills a worker that does not stop within the grace period', async () => {
    const worker = start(`${IGNORES_SIGNALS} ${ready} ${STAYS}`);
    await isReady();

    worker.stop(10, true);

    expect(await worker.ended).toMatchObject({ code: null, signal: 'SIGKILL' });
  });

  it('at its end kills the processes that the worker has left', async () => {
    const child = `${IGNORES_SIGNALS} ${ready.replaceAll('ready', 'child')} ${STAYS}`;
    const worker = start(
      `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { detached: true, stdio: 'ignore' }).unref();
       const waiting = setInterval(() => require('node:fs').existsSync('child') && process.exit(0), 20);`,
    );

    await worker.ended;

    const pid = Number(readFileSync(at('child'), 'utf8'));
    await waitUntil(() => readProcessStat(pid) === null);
  });
});
