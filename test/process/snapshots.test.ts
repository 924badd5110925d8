import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeClient, untilThere } from '../support/fake-client.ts';
import { makeStage } from '../support/swarm-run.ts';
import { makePlan } from '../support/swarm-session.ts';
import { git } from '../support/temp-dir.ts';

/** A worker that writes a file in the shared checkout, then reports. */
const writes = (file: string) => `require('node:fs').writeFileSync('${file}', task);`;

test('three writers in one checkout: what each may have changed, and everything put back', {
  timeout: 60_000,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([
      { id: 'first', writes: 'README.md' },
      { id: 'left', writes: 'left.txt', needs: ['first'] },
      { id: 'right', writes: 'right.txt', needs: ['first'] },
    ]),
    fakeClient: fakeClient({
      first: `${writes('README.md')} report('Done.')`,
      // Neither ends before the other has begun.
      left: `${writes('left.txt')} ${untilThere('right.txt', "report('Done.')")}`,
      right: `${writes('right.txt')} ${untilThere('left.txt', "report('Done.')")}`,
    }),
  });
  stage.write('mine.txt', 'not committed');
  const status = () => git(stage.repo.path, 'status', '--porcelain');
  const before = await status();
  expect((await stage.swarm('run', 'plan.md')).code).toBe(0);
  const { id } = stage.readRun();
  const diff = async (target: string) =>
    JSON.parse((await stage.swarm('diff', target, '--json')).stdout).files.map(
      ({ path, tasks }: { path: string; tasks: string[] }) => [path, ...tasks].join(' '),
    );

  expect(await diff('first')).toEqual(['README.md first']);
  expect(await diff(id)).toEqual([
    'README.md first',
    'left.txt left right',
    'right.txt left right',
  ]);
  const refused = await stage.swarm('restore', id, '--task', 'left');
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('right may have')]);
  const asked = await stage.swarm('restore', id);
  expect([asked.code, existsSync(join(stage.repo.path, 'left.txt'))]).toEqual([1, true]);

  const { code, stdout } = await stage.swarm('restore', id, '--yes', '--json');
  expect([code, JSON.parse(stdout).outcome]).toEqual([0, 'restored']);
  expect(await status()).toBe(before);
  expect(readFileSync(join(stage.repo.path, 'mine.txt'), 'utf8')).toBe('not committed');
  expect((await stage.swarm('rm', id, '--yes')).code).toBe(0);
  expect(await git(stage.repo.path, 'for-each-ref', 'refs/swarm')).toBe('');
});

test('outside of git, runs work and nothing can be restored', { timeout: 60_000 }, async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'one', writes: 'one.txt' }]),
    fakeClient: fakeClient({ default: `${writes('one.txt')} report('Done.')` }),
  });
  rmSync(join(stage.repo.path, '.git'), { recursive: true });

  const { code, stderr } = await stage.swarm('run', 'plan.md');
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('snapshot')]);
  const { id } = stage.readRun();
  const restored = await stage.swarm('restore', id, '--yes');
  expect([restored.code, restored.stderr]).toEqual([
    2,
    expect.stringContaining('is not a git repository'),
  ]);
});
