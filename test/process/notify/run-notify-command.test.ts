import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sendNotices } from '../../../src/notify/run-notify-command.ts';
import { loadRun } from '../../../src/store/run-handle.ts';
import { completes, opened } from '../../support/run-events.ts';
import { storeRun } from '../../support/stored-run.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

const now = () => new Date().toISOString();

/** A run that has ended, in a project with this configuration. */
async function makeProject(notify: object) {
  const dir = await makeTempDir();
  mkdirSync(join(dir.path, '.claude'));
  writeFileSync(join(dir.path, '.claude/swarm-parallel.json'), JSON.stringify({ notify }));
  const run = storeRun(dir.path, [opened(['a']), ...completes('a')]);
  const read = (name: string) => readFileSync(join(dir.path, name), 'utf8');
  return { run, read, [Symbol.asyncDispose]: dir.remove };
}

const node = (source: string) => ({ command: [process.execPath, '-e', source] });

it('gives the command what happened as JSON, once', async () => {
  const append = "require('fs').appendFileSync('told', require('fs').readFileSync(0))";
  await using project = await makeProject(node(append));
  const { run } = project;
  await Promise.all(['one', 'two'].map((by) => sendNotices(loadRun(run.paths), by, now)));
  await sendNotices(loadRun(run.paths), 'three', now);
  const [line, ...more] = project.read('told').trim().split('\n');
  expect(more).toEqual([]);
  expect(JSON.parse(line ?? '')).toEqual({
    event: 'run.ended',
    run: run.paths.run,
    goal: 'Reach the goal',
    task: null,
    message: 'run completed, 1 of 1 task completed, in 10ms',
    dir: run.paths.dir,
    summary: run.paths.summary,
  });
});

it.each([
  ['fails', node('process.exit(3)'), 'exit code 3'],
  ['is not there', { command: ['/not/there'] }, 'ENOENT'],
  [
    'takes too long',
    { ...node('setTimeout(() => {}, 60_000)'), timeout: '200ms' },
    'ended after 200 ms',
  ],
])('enters into the error log that the command %s', async (_, notify, message) => {
  await using project = await makeProject(notify);
  await sendNotices(project.run, 'me', now);
  expect(project.read('.swarm/errors.log')).toContain(message);
});
