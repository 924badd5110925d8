import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runNotifyCommand } from '../../../src/notify/run-notify-command.ts';
import { loadRun } from '../../../src/store/run-handle.ts';
import { makeHost } from '../../support/host.ts';
import { completes, opened } from '../../support/run-events.ts';
import { storeRun } from '../../support/stored-run.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

const now = () => new Date().toISOString();

/** A completed run in a project with this `notify` configuration. */
async function makeProject(notify: object) {
  const dir = await makeTempDir();
  mkdirSync(join(dir.path, '.claude'));
  writeFileSync(join(dir.path, '.claude/swarm-parallel.json'), JSON.stringify({ notify }));
  const run = storeRun(dir.path, [opened(['a']), ...completes('a')]);
  const read = (name: string) => readFileSync(join(dir.path, name), 'utf8');
  return { run, read, [Symbol.asyncDispose]: dir.remove };
}

const node = (source: string) => ({ command: [process.execPath, '-e', source] });

it('passes each notification to the command once, as JSON', async () => {
  const append = "require('fs').appendFileSync('received', require('fs').readFileSync(0))";
  await using project = await makeProject(node(append));
  const { run } = project;
  const host = makeHost(run.paths.root, { now });
  await Promise.all(['one', 'two'].map((by) => runNotifyCommand(loadRun(run.paths), by, host)));
  await runNotifyCommand(loadRun(run.paths), 'three', host);
  const [line, ...more] = project.read('received').trim().split('\n');
  expect(more).toEqual([]);
  expect(JSON.parse(line ?? '')).toEqual({
    event: 'run.ended',
    run: run.paths.run,
    goal: 'Reach the goal',
    task: null,
    message: 'run completed, 1 of 1 task completed (unverified), in 0s',
    dir: run.paths.dir,
    summary: run.paths.summary,
  });
});

it.each([
  ['fails', node('process.exit(3)'), 'exit code 3'],
  ['does not exist', { command: ['/not/there'] }, 'ENOENT'],
  [
    'takes too long',
    { ...node('setTimeout(() => {}, 60_000)'), timeout: '200ms' },
    'killed after 200 ms',
  ],
])('records in the error log that the command %s', async (_, notify, message) => {
  await using project = await makeProject(notify);
  await runNotifyCommand(project.run, 'me', makeHost(project.run.paths.root, { now }));
  expect(project.read('.swarm/errors.log')).toContain(message);
});
