import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { refresh } from '../../../../src/store/run-handle.ts';
import { errorLog } from '../../../../src/store/run-paths.ts';
import { keepSnapshots } from '../../../../src/worktrees/snapshots/keep-snapshots.ts';
import { readSnapshots } from '../../../../src/worktrees/snapshots/snapshot-ref.ts';
import { makeHost } from '../../../support/host.ts';
import { at, ended, launched, makeTask, opened, started } from '../../../support/run-events.ts';
import { append, storeRun } from '../../../support/stored-run.ts';
import { git, makeTempDir, makeTempRepo } from '../../../support/temp-dir.ts';

const WRITER = makeTask('a', { writes: ['**'] });
const READER = makeTask('a', { agent: 'swarm-researcher' });

/** A watched run of a conversation, with a clock that moves a minute at each look. */
function watched(root: string, task = WRITER) {
  const run = storeRun(root, [opened([task])]);
  let minutes = 0;
  const host = makeHost(root, { now: () => at(60_000 * ++minutes) });
  const keeper = keepSnapshots(run, host);
  return {
    run,
    async after(...events: Parameters<typeof append>[1][]) {
      append(run.paths, ...events);
      refresh(run);
      keeper.look();
      keeper.look();
      await keeper.finish();
    },
    count: async () => (await readSnapshots(run.paths)).log.snapshots.length,
  };
}

it('takes one when an agent that may write has begun, and one when it has ended', async () => {
  await using repo = await makeTempRepo();
  const { after, count } = watched(repo.path);

  await after();
  expect(await count()).toBe(0);
  await after(launched('a', { at: at(60_000) }), started('a', { at: at(60_000) }));
  expect(await count()).toBe(1);
  await after(ended('a', { at: at(180_000) }));
  expect(await count()).toBe(2);
});

it('takes none for agents that only read, nor for those of a supervisor', async () => {
  await using repo = await makeTempRepo();
  const reading = watched(repo.path, READER);
  await reading.after(launched('a'));
  expect(await reading.count()).toBe(0);

  const supervised = watched(repo.path);
  await supervised.after(
    {
      ...{ event: 'supervisor.started', at: at(1), supervisor: 's', replaces: null },
      ...{ process: { pid: 1, startedAt: null }, maxParallel: 4 },
      options: {
        ...{ model: null, permissionMode: null, allowedTools: [], budgetUsd: null },
        ...{
          budgetTokens: null,
          fresh: false,
          worktrees: false,
          merge: false,
          checkout: null,
          queue: null,
        },
      },
    },
    launched('a'),
  );
  expect(await supervised.count()).toBe(0);
});

it('gives up where git refuses, and says so once', async () => {
  await using repo = await makeTempRepo();
  await git(repo.path, 'config', 'core.repositoryFormatVersion', '99');
  const { after } = watched(repo.path);

  await after(launched('a'));
  await after(ended('a', { at: at(600_000) }));

  const lines = readFileSync(errorLog(repo.path), 'utf8').trimEnd().split('\n');
  expect(lines).toEqual([expect.stringContaining('no snapshot was taken')]);
});

it('is silent outside of git', async () => {
  await using dir = await makeTempDir();
  mkdirSync(join(dir.path, '.git'));
  const { after } = watched(dir.path);

  await after(launched('a'));

  expect(existsSync(errorLog(dir.path))).toBe(false);
});
