import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clientEnvironment, findClaude } from '../support/claude-client.ts';
import { bash, checkpoint, orchestrate, result } from '../support/orchestrator.ts';
import { SECRET } from '../support/queue-order.ts';
import { startRedis } from '../support/redis-server.ts';
import { startScriptedModel } from '../support/scripted-model.ts';
import { makeStage } from '../support/swarm-run.ts';
import { makePlan, outcomes } from '../support/swarm-session.ts';
import { git } from '../support/temp-dir.ts';
import { startWorkerProcess } from '../support/worker-process.ts';

/** `swarm run --queue` with the real client on two workers, each with a HOME of its own. */

const TIMEOUT_MS = 300_000;

/** Held by a gate. Clones of workers have no remote here, so it changes nothing when it runs. */
const COMMAND = 'echo ran >> "$HOME/runs.txt"; git push --force origin HEAD';

function readReport(root: string, run: string, task: string): string {
  return readFileSync(join(root, '.swarm', 'runs', run, 'results', `${task}.md`), 'utf8');
}

test('two workers do the tasks of a run, and a gate is decided on the machine of the run', {
  tags: ['long'],
  timeout: TIMEOUT_MS,
}, async () => {
  await using redis = await startRedis();
  const play = orchestrate({
    plan: '',
    agents: {
      write: [
        checkpoint(30, 'begun'),
        bash('echo written > one.md'),
        result('The file one.md is written.'),
        { text: 'Written.' },
      ],
      read: ({ step, firstUserText, toolResults }) => {
        const [, worktree] = /^- write: (\S+worktrees\S+)$/m.exec(firstUserText) ?? [];
        return step === 0
          ? bash(`cat ${worktree}/one.md`)
          : { text: `Read: ${toolResults.at(-1)?.text}` };
      },
      release: (request) => (request.step === 0 ? bash(COMMAND) : { text: 'I was told.' }),
    },
  });
  await using model = await startScriptedModel((request) => play({ ...request, isAgent: true }));
  const env = (home: string) =>
    clientEnvironment(model.url, home, { SWARM_CLAUDE_BIN: findClaude() });
  const args = ['--pool', 'default=2', '--allowed-tools', 'Bash'];
  await using first = await startWorkerProcess(redis, '', {
    ...{ args: [...args, '--name', 'first'], env },
  });
  await using second = await startWorkerProcess(redis, '', {
    ...{ args: [...args, '--name', 'second'], env },
  });
  await using stage = await makeStage({
    plan: makePlan([
      { id: 'write', writes: 'one.md' },
      { id: 'read', needs: ['write'] },
      { id: 'release' },
      { id: 'other' },
    ]),
    env: { SWARM_QUEUE_SECRET: SECRET, SWARM_QUEUE_URL: redis.url },
  });
  const timesRun = () =>
    [first, second]
      .map(({ home }) => join(home.path, 'runs.txt'))
      .filter((file) => existsSync(file))
      .flatMap((file) => readFileSync(file, 'utf8').trim().split('\n')).length;

  const held = await stage.swarm('run', 'plan.md', '--queue', redis.url, '--allowed-tools', 'Bash');

  expect(held).toMatchObject({ code: 4 });
  const { id, status } = stage.readRun();
  expect(outcomes(status)).toEqual({
    ...{ write: 'completed', read: 'completed', release: 'input_required', other: 'completed' },
  });
  const written = status.tasks.find((task) => task.id === 'write');
  expect(written).toMatchObject({ percent: 100, result: 'results/write.md' });
  expect(await git(stage.repo.path, 'show', `swarm/${id}/write:one.md`)).toBe('written\n');
  expect(readReport(stage.repo.path, id, 'read')).toContain('Read: written');
  expect(timesRun()).toBe(0);

  await stage.swarm('approve', `${id}/release`);
  const done = await stage.swarm('run', id);

  expect(done, done.stderr).toMatchObject({ code: 0 });
  expect(outcomes(stage.readRun().status).release).toBe('completed');
  expect(timesRun()).toBe(1);
  expect(stage.readRun().errors).toBe('');
});
