import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withTemporaryIndex } from '../../../../src/worktrees/snapshots/temporary-index.ts';
import { git, makeTempRepo } from '../../../support/temp-dir.ts';

it('leaves nothing behind, and removes what killed processes have left', async () => {
  await using repo = await makeTempRepo();
  const gitDir = join(repo.path, '.git');
  const copies = () => readdirSync(gitDir).filter((name) => name.startsWith('swarm-index-'));
  const hour = 60 * 60;
  const now = Date.now() / 1_000;
  for (const [name, age] of [
    ['swarm-index-old', 2 * hour],
    ['swarm-index-new', hour / 2],
  ] as const) {
    mkdirSync(join(gitDir, name));
    writeFileSync(join(gitDir, name, 'index'), '');
    utimesSync(join(gitDir, name), now - age, now - age);
  }

  writeFileSync(join(repo.path, 'new.txt'), 'new');
  const during = await withTemporaryIndex(repo.path, {}, async (options) => {
    const { env } = options;
    expect(env?.GIT_INDEX_FILE?.startsWith(gitDir)).toBe(true);
    return copies();
  });

  expect(during).toHaveLength(2);
  expect(during).not.toContain('swarm-index-old');
  expect(copies()).toEqual(['swarm-index-new']);
  expect(await git(repo.path, 'status', '--porcelain')).toContain('new.txt');
});
