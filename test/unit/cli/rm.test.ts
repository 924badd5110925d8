import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { callCli } from '../../support/cli-context.ts';
import { completes, opened, RUN } from '../../support/run-events.ts';
import { storeRun } from '../../support/stored-run.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

it('removes nothing where nobody can be asked, unless --yes says so', async () => {
  await using dir = await makeTempDir();
  const { paths } = storeRun(dir.path, [opened(['a']), ...completes('a')]);
  const remove = (...args: string[]) => callCli(['rm', RUN, ...args], { cwd: dir.path });

  const refused = await remove();
  expect(refused).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('`--yes`') });
  expect(JSON.parse((await remove('--json')).stdout).outcome).toBe('not_confirmed');
  expect(existsSync(paths.ledger)).toBe(true);

  expect((await remove('--yes')).exitCode).toBe(0);
  expect(existsSync(paths.dir)).toBe(false);
});
